/** The air: one physical model per file. This list is its table of contents. */
export { fixedRates, hierLike, relay } from './fixed-rates.ts';
export { radio } from './radio.ts';
export { ofdma } from './access/ofdma.ts';
export { orthogonal } from './access/orthogonal.ts';
export { tdma } from './access/tdma.ts';
export { noFading } from './fading/none.ts';
export { rayleigh } from './fading/rayleigh.ts';
export { rician } from './fading/rician.ts';
export { thermal } from './noise/thermal.ts';
export { logDistance } from './path-loss/log-distance.ts';
export { umiStreet } from './path-loss/umi-street.ts';
export { shannon } from './rate/shannon.ts';
export { logNormal } from './shadowing/log-normal.ts';
export { noShadowing } from './shadowing/none.ts';
