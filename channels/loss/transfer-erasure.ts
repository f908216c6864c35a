import { z } from 'zod';
import type { Loss } from '../../src/network/contract.ts';
import { part } from '../../src/part.ts';
import { attempts } from './attempts.ts';

const options = z.strictObject({
  probability: z.number().min(0).max(1).default(0.1).describe('e, that a sending is lost'),
  attempts,
});

/**
 * A transfer that is lost as a whole with a given probability, and sent again until it is received: the uplink of coded
 * federated learning, tried at the rate that the air has by then.
 *
 *   P(ν = k) = (1 − e) e^(k − 1) sendings;   given up after A with probability e^A
 *
 * Limits: losses are independent of SNR, length and one another.
 * Source: Dhakal et al., Coded federated learning, IEEE Globecom Workshops 2019 (e = 0.1 is recalled).
 */
export const transferErasure = part(
  'loss',
  'transfer-erasure',
  options,
  ({ probability, attempts: most }): Loss => ({ attempts: most, isLost: (_, draws) => draws() < probability }),
);
