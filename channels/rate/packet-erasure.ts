import { z } from 'zod';
import type { RateModel } from '../../src/network/contract.ts';
import { part, realise, slot } from '../../src/part.ts';
import { shannon } from './shannon.ts';

const isModel = (value: unknown): boolean => typeof value === 'object' && value !== null;

const options = z.strictObject({
  rate: slot<RateModel>('rate', isModel)
    .default(() => shannon())
    .describe('of a link without erasures'),
  probability: z.number().min(0).lt(1).default(0.1).describe('e, that a packet is lost'),
});

/**
 * Packets that are lost on the air and sent again until they are received, on average: a packet takes 1 / (1 − e) tries,
 * so what is received is 1 − e of what is sent.
 *
 *   P(ν = k) = (1 − e) e^(k − 1),   E ν = 1 / (1 − e),   R = (1 − e) R₀   [bit/s]
 *
 * Limits: packets are many and small beside the message, losses independent of SNR and of one another, and the sender
 * learns of a loss at once. Where a whole message is one packet, its time varies: see `channels/erasure`.
 * Source: the retransmission of coded federated learning (Dhakal et al. 2019; e = 0.1 is recalled).
 */
export const packetErasure = part('rate', 'packet-erasure', options, ({ rate, probability }): RateModel => {
  const whole = realise(rate);
  return { rate: (snr, bandwidth) => (1 - probability) * whole.rate(snr, bandwidth) };
});
