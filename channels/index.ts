/** The air: one physical model per file. This list is its table of contents. */
export { fixedRates, hierLike, relay } from './fixed-rates.ts';
export { radio } from './radio.ts';
export type { Allocation } from './access/allocation.ts';
export { equalFinishOfdma } from './access/equal-finish.ts';
export { proportionalFair } from './access/proportional-fair.ts';
export { ofdma } from './access/ofdma.ts';
export { orthogonal } from './access/orthogonal.ts';
export { type Normalisation, normalisation } from './access/normalisation.ts';
export {
  type AirSetting,
  airError,
  airSeconds,
  arrive,
  drawAir,
  drawLuck,
  type Misalignment,
  perfectAlignment,
} from './access/over-the-air.ts';
export { superpose } from './access/superposition.ts';
export { roundRobinAccess } from './access/round-robin.ts';
export { alohaThroughput, alohaThroughputOfCrowd, slottedAloha } from './access/slotted-aloha.ts';
export { tdma } from './access/tdma.ts';
export { clarke } from './fading/clarke.ts';
export { gaussMarkov } from './fading/gauss-markov.ts';
export { maximumRatio } from './fading/maximum-ratio.ts';
export { nakagami } from './fading/nakagami.ts';
export { noFading } from './fading/none.ts';
export { rayleigh } from './fading/rayleigh.ts';
export { rician } from './fading/rician.ts';
export { coChannel, sinr } from './interference/co-channel.ts';
export { noInterference } from './interference/none.ts';
export { givenPlaces } from './layout/given.ts';
export { hexagonal } from './layout/hexagonal.ts';
export { gaussMarkov as gaussMarkovMobility } from './mobility/gauss-markov.ts';
export { randomWaypoint } from './mobility/random-waypoint.ts';
export { staticPlaces } from './mobility/static.ts';
export { noErasure } from './erasure/none.ts';
export { retransmission } from './erasure/retransmission.ts';
export { noLoss } from './loss/none.ts';
export { transferErasure } from './loss/transfer-erasure.ts';
export { transferOutage } from './loss/transfer-outage.ts';
export { noNoise } from './noise/none.ts';
export { thermal } from './noise/thermal.ts';
export { freeSpace } from './path-loss/free-space.ts';
export { inhOffice } from './path-loss/inh-office.ts';
export { logDistance } from './path-loss/log-distance.ts';
export { rma } from './path-loss/rma.ts';
export { uma } from './path-loss/uma.ts';
export { umiStreet } from './path-loss/umi-street.ts';
export { inversion } from './power-control/inversion.ts';
export { optimal } from './power-control/optimal.ts';
export { truncatedInversion } from './power-control/truncated-inversion.ts';
export { adaptiveModulation } from './rate/adaptive-modulation.ts';
export { outage } from './rate/outage.ts';
export { packetErasure } from './rate/packet-erasure.ts';
export { shannon } from './rate/shannon.ts';
export { correlated } from './shadowing/correlated.ts';
export { logNormal } from './shadowing/log-normal.ts';
export { noShadowing } from './shadowing/none.ts';
