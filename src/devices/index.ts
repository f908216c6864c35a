/** Devices: how fast they compute, when they are slow, and when they can be reached. */
export { alwaysOn, bernoulli, markovOnOff } from './availability.ts';
export { heterogeneous, homogeneous } from './clock.ts';
export { noStragglers, shiftedExponential } from './stragglers.ts';
