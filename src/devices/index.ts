/** Devices: how fast they compute, when they are slow, and when they can be reached. */
export { alwaysOn, bernoulli, markovOnOff } from './availability.ts';
export { battery, mains } from './battery.ts';
export {
  boundedGaps,
  listedRounds,
  randomShare,
  reliableOrRare,
  rotatingGroups,
  staticLevels,
} from './dropout-modes.ts';
export { heterogeneous, homogeneous } from './clock.ts';
export { classes, deviceClasses, geometric } from './profiles.ts';
export { diurnal, pattern, recordedAvailability } from './schedules.ts';
export { logNormalStragglers, pareto, transientSlowDown } from './slow-downs.ts';
export { noStragglers, shiftedExponential } from './stragglers.ts';
