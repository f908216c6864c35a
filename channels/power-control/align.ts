import { square } from '../../src/math/power.ts';
import type { AirControl, AirSender } from '../../src/network/contract.ts';
import type { Watts } from '../../src/units.ts';
import { meanSquaredError, reach } from './mean-squared-error.ts';

/** Every sender inverts its channel as far as its power allows, b = min(√P, ω √η / √g); those left out are silent. */
export function align(
  senders: readonly AirSender[],
  root: number,
  noiseW: Watts,
  isHeard: (sender: AirSender) => boolean = () => true,
): AirControl {
  const amplitudes = senders.map((sender) => {
    if (!isHeard(sender)) return 0;
    // At its own reach a sender gives all it has: said so, since rounding would miss it.
    if (reach(sender) <= root) return Math.sqrt(sender.power);
    return (sender.weight * root) / Math.sqrt(sender.gain);
  });
  const denoisingFactor = square(root);
  return {
    amplitudes,
    denoisingFactor,
    meanSquaredError: meanSquaredError(senders, amplitudes, denoisingFactor, noiseW),
  };
}
