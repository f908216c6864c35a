import { z } from 'zod';
import type { Source } from '../../src/math/streams.ts';
import type { Erasure } from '../../src/network/contract.ts';
import { part } from '../../src/part.ts';

const options = z.strictObject({
  probability: z.number().min(0).max(0.99).default(0.1).describe('e, that a packet is lost'),
  packetBits: z
    .number()
    .positive()
    .max(1e15)
    .optional()
    .describe('length of a packet, bit; the whole message by default'),
});

/**
 * Tries until `packets` packets are received, each try lost with `probability`: a sum of geometric numbers, drawn by
 * the runs of received packets between losses, so it takes one uniform number per loss.
 *
 * @param packets n, an integer ≥ 0
 * @param probability e, 0 ≤ e < 1
 * @returns an integer ≥ n with mean n / (1 − e) and variance n e / (1 − e)²
 */
export function drawTries(source: Source, packets: number, probability: number): number {
  if (probability === 0 || packets === 0) return packets;
  let received = 0;
  for (let lost = 0; ; lost += 1) {
    received += Math.floor(Math.log1p(-source()) / Math.log1p(-probability));
    if (received >= packets) return packets + lost;
  }
}

/**
 * Packet erasure with retransmission, drawn: a message goes on the air as packets, each again and again until received.
 *
 *   P(ν = k) = (1 − e) e^(k − 1) tries of each packet;   bits on the air = Σ ν · packet length,   mean bits / (1 − e)
 *
 * With the whole message as one packet it is the uplink of coded federated learning: T_up = ν S / R.
 *
 * Limits: losses are independent of SNR and of one another, and the sender learns of a loss at once.
 * Source: Dhakal et al., Coded federated learning, IEEE Globecom Workshops 2019 (e = 0.1 is recalled).
 */
export const retransmission = part(
  'erasure',
  'retransmission',
  options,
  ({ probability, packetBits }): Erasure => ({
    meanTries: 1 / (1 - probability),
    bitsOnAir(bits, draws) {
      const length = Math.min(packetBits ?? bits, bits);
      if (length === 0) return 0;
      const whole = Math.floor(bits / length);
      const rest = bits - whole * length;
      const last = rest > 0 ? drawTries(draws, 1, probability) : 0;
      return length * drawTries(draws, whole, probability) + rest * last;
    },
  }),
);
