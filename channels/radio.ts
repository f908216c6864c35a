import { z } from 'zod';
import type {
  Access,
  Erasure,
  Fading,
  Interference,
  Layout,
  Loss,
  Mobility,
  Noise,
  OverTheAir,
  PathLoss,
  PowerControl,
  RadioChannel,
  RateModel,
  Shadowing,
} from '../src/network/contract.ts';
import { isPart, type Part, part, realise, slot } from '../src/part.ts';
import { GHz, MHz } from '../src/units.ts';
import { type Allocation, allocated, ownAccess } from './access/allocation.ts';
import { ofdma } from './access/ofdma.ts';
import { arrive, drawLuck } from './access/over-the-air.ts';
import { module } from './access/superposition.ts';
import { noErasure } from './erasure/none.ts';
import { rayleigh } from './fading/rayleigh.ts';
import { noInterference } from './interference/none.ts';
import { hexagonal } from './layout/hexagonal.ts';
import { lossless, noLoss } from './loss/none.ts';
import { staticPlaces } from './mobility/static.ts';
import { thermal } from './noise/thermal.ts';
import { logDistance } from './path-loss/log-distance.ts';
import { inversion } from './power-control/inversion.ts';
import { shannon } from './rate/shannon.ts';
import { noShadowing } from './shadowing/none.ts';

const isModel = (value: unknown): boolean => typeof value === 'object' && value !== null;
const isModelOrFunction = (value: unknown): boolean => isModel(value) || typeof value === 'function';
const height = z.number().min(0.5).max(1000);

/** What users bring along is checked each time. */
function accessOf(given: Access | Allocation | Part<Access | Allocation>): Access {
  if (isPart(given)) return realise<Access | Allocation>(given) as Access;
  return typeof given === 'function' ? allocated(given) : ownAccess(given);
}

/** Options of over-the-air sums, for algorithms whose uplink is over the air. */
const overTheAir = z
  .strictObject({
    bandwidth: z
      .number()
      .positive()
      .max(1e12)
      .optional()
      .describe('symbols of an over-the-air sum per second, one real number each, Hz; bandwidth by default'),
    snrDb: z
      .number()
      .min(-200)
      .max(400)
      .optional()
      .describe('P E[β] / σ², mean over a server’s clients: sets σ² per symbol in place of the noise model, dB'),
    phaseDeviation: z.number().min(0).max(10).default(0).describe('phase error of a sender, standard deviation, rad'),
    timingSpread: z.number().min(0).max(1).default(0).describe('senders are late by up to this share of a symbol'),
    estimationError: z
      .number()
      .min(0)
      .max(10)
      .default(0)
      .describe('ε, power of the error in a sender’s knowledge of its channel, relative to the channel’s gain'),
  })
  .prefault({});

/** How updates add up in the air, as options say. */
function airOf({ powerControl, overTheAir: misalignment, bandwidth }: AirOptions): OverTheAir {
  const control = realise(powerControl);
  return {
    bandwidth: misalignment.bandwidth ?? bandwidth,
    snrDb: misalignment.snrDb,
    luck: (draws) => drawLuck(draws, misalignment),
    arrive: (senders, luck, noiseW) => arrive(senders, luck, { powerControl: control, noiseW }),
    superposition: (input) => ({ module, name: 'superposeUpdates', input }),
  };
}

interface AirOptions {
  readonly powerControl: PowerControl | Part<PowerControl>;
  readonly overTheAir: z.output<typeof overTheAir>;
  readonly bandwidth: number;
}

/**
 * The emulated radio of every cell: path loss, shadowing and fading make a link's gain; gain, power and noise its SNR;
 * the rate model turns SNR into bits; the access scheme shares the air among a cell's uploads.
 *
 *   SNR = P · 10^(−(L + X)/10) · |h|² / (N(W) + I)
 *
 * `access` also takes a function of one's own, from demands to grants, and `layout` one from the number of edge servers to
 * their places. Where clients are and how they move is relative to the edge server that they begin at.
 *
 * Limits: mean gains are looked at again once in a step of the movement, and block by block in between.
 */
export const radio = part(
  'channel',
  'radio',
  z.strictObject({
    pathLoss: slot<PathLoss>('pathLoss', isModel).default(() => logDistance()),
    shadowing: slot<Shadowing>('shadowing', isModel).default(() => noShadowing()),
    fading: slot<Fading>('fading', isModel).default(() => rayleigh()),
    noise: slot<Noise>('noise', isModel).default(() => thermal()),
    rate: slot<RateModel>('rate', isModel).default(() => shannon()),
    access: slot<Access | Allocation>('access', isModelOrFunction).default(() => ofdma()),
    layout: slot<Layout>('layout', (value) => typeof value === 'function')
      .default(() => hexagonal())
      .describe('where edge servers stand'),
    mobility: slot<Mobility>('mobility', isModel)
      .default(() => staticPlaces())
      .describe('how clients move'),
    interference: slot<Interference | undefined>('interference', isModel)
      .default(() => noInterference())
      .describe('what cells hear of each other'),
    erasure: slot<Erasure>('erasure', isModel).default(() => noErasure()),
    loss: slot<Loss>('loss', isModel).default(() => noLoss()),
    powerControl: slot<PowerControl>('powerControl', isModel)
      .default(() => inversion())
      .describe('how strongly clients send in an over-the-air sum'),
    overTheAir,
    frequency: z.number().positive().max(1e12).default(GHz(3.5)).describe('carrier, Hz'),
    bandwidth: z
      .number()
      .positive()
      .max(1e12)
      .default(MHz(10))
      .describe('bandwidth over which SNR is stated to policies, Hz'),
    clientPower: z.number().min(-100).max(100).default(23).describe('transmit power of a client, dBm'),
    serverPower: z.number().min(-100).max(100).default(43).describe('transmit power of an edge server, dBm'),
    serverHeight: height.default(10).describe('antenna of an edge server above ground, m'),
    clientHeight: height.default(1.5).describe('antenna of a client above ground, m'),
    cellRadius: z.number().positive().max(1e6).default(250).describe('clients lie on a disc of this radius, m'),
    nearest: z.number().min(0).default(10).describe('no client is nearer to its edge server, m'),
    rings: z
      .int()
      .min(1)
      .max(1e6)
      .default(1)
      .describe('client i begins in the i mod n-th of n rings of equal area, from the innermost on; 1: anywhere'),
    downlink: z
      .enum(['free', 'broadcast'])
      .default('free')
      .describe('free: models reach clients at once; broadcast: over the air at each client’s own rate'),
  }),
  // Without a spread of the options: it would give each world's channel a shape of its own, at the cost of speed.
  (options): RadioChannel => ({
    type: 'radio',
    pathLoss: realise(options.pathLoss),
    shadowing: realise(options.shadowing),
    fading: realise(options.fading),
    noise: realise(options.noise),
    rate: realise(options.rate),
    access: accessOf(options.access),
    layout: realise(options.layout),
    mobility: realise(options.mobility),
    interference: realise(options.interference),
    erasure: realise(options.erasure),
    loss: unlessLossless(realise(options.loss)),
    overTheAir: airOf(options),
    frequency: options.frequency,
    bandwidth: options.bandwidth,
    clientPower: options.clientPower,
    serverPower: options.serverPower,
    serverHeight: options.serverHeight,
    clientHeight: options.clientHeight,
    cellRadius: options.cellRadius,
    nearest: options.nearest,
    rings: options.rings,
    downlink: options.downlink,
  }),
);

const unlessLossless = (loss: Loss): Loss | undefined => (loss === lossless ? undefined : loss);
