import { z } from 'zod';
import type {
  Access,
  Erasure,
  Fading,
  Loss,
  Noise,
  PathLoss,
  RadioChannel,
  RateModel,
  Shadowing,
} from '../src/network/contract.ts';
import { part, realise, slot } from '../src/part.ts';
import { GHz, MHz } from '../src/units.ts';
import { type Allocation, allocated } from './access/allocation.ts';
import { ofdma } from './access/ofdma.ts';
import { noErasure } from './erasure/none.ts';
import { rayleigh } from './fading/rayleigh.ts';
import { noLoss } from './loss/none.ts';
import { thermal } from './noise/thermal.ts';
import { logDistance } from './path-loss/log-distance.ts';
import { shannon } from './rate/shannon.ts';
import { noShadowing } from './shadowing/none.ts';

const isModel = (value: unknown): boolean => typeof value === 'object' && value !== null;
const isModelOrFunction = (value: unknown): boolean => isModel(value) || typeof value === 'function';
const height = z.number().min(0.5).max(1000);

const accessOf = (access: Access | Allocation): Access => (typeof access === 'function' ? allocated(access) : access);

/**
 * The emulated radio of every cell: path loss, shadowing and fading make a link's gain; gain, power and noise its SNR;
 * the rate model turns SNR into bits; the access scheme shares the air among a cell's uploads.
 *
 *   SNR = P · 10^(−(L + X)/10) · |h|² / N(W)
 *
 * `access` also takes a function of one's own, from demands to grants.
 *
 * Limits: no interference between cells; clients don't move.
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
    erasure: slot<Erasure>('erasure', isModel).default(() => noErasure()),
    loss: slot<Loss>('loss', isModel).default(() => noLoss()),
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
    downlink: z
      .enum(['free', 'broadcast'])
      .default('free')
      .describe('free: models reach clients at once; broadcast: over the air at each client’s own rate'),
  }),
  (options): RadioChannel => ({
    ...options,
    type: 'radio',
    pathLoss: realise(options.pathLoss),
    shadowing: realise(options.shadowing),
    fading: realise(options.fading),
    noise: realise(options.noise),
    rate: realise(options.rate),
    access: accessOf(realise(options.access)),
    erasure: realise(options.erasure),
    loss: realise(options.loss),
  }),
);
