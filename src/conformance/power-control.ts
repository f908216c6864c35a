import { power, square } from '../math/power.ts';
import type { Source } from '../math/streams.ts';
import type { AirControl, AirSender, PowerControl } from '../network/contract.ts';
import { type Part, realise } from '../part.ts';
import { check, listOf, oneOf, show, type Thoroughness, upTo, without } from './check.ts';

const TOLERANCE = 1e-6;

interface Air {
  readonly senders: readonly AirSender[];
  readonly noiseW: number;
}

/**
 * Throws unless a power control keeps its contract: pure, one amplitude for each sender within its power, η > 0, and as its
 * error what these come to: Σ (a_k √g_k / √η − ω_k)² + σ² / η.
 */
export function conformsToPowerControl(policy: PowerControl | Part<PowerControl>, thoroughness?: Thoroughness): void {
  const control = realise<PowerControl>(policy);
  check<Air>(
    {
      name: 'power control',
      make: (draw, size) => ({
        senders: listOf(1 + upTo(draw, size), () => senderOf(draw)),
        noiseW: power(10, 4 * draw() - 3),
      }),
      smaller: ({ senders, noiseW }) => without(senders).map((fewer) => ({ senders: fewer, noiseW })),
      ask: ({ senders, noiseW }) => control.control(senders, noiseW),
      rules: [
        {
          name: 'gives each sender an amplitude within its power',
          broken(control: AirControl, { senders }) {
            const amplitudes = control?.amplitudes;
            if (!Array.isArray(amplitudes) || amplitudes.length !== senders.length) return `got ${show(control)}`;
            const at = amplitudes.findIndex(
              (each, i) => !(each >= 0 && square(each) <= (senders[i] as AirSender).power * (1 + TOLERANCE)),
            );
            return at < 0 ? undefined : `amplitude ${at} is ${show(amplitudes[at])}, power ${senders[at]?.power} W`;
          },
        },
        {
          name: 'divides by a positive, finite factor',
          broken: ({ denoisingFactor: eta }: AirControl) =>
            eta > 0 && Number.isFinite(eta) ? undefined : `the factor is ${show(eta)}`,
        },
        {
          name: 'states the error that it comes to',
          broken(control: AirControl, input) {
            const error = errorOf(control, input);
            const isRight = Math.abs(control.meanSquaredError - error) <= TOLERANCE * error;
            return isRight ? undefined : `states ${show(control.meanSquaredError)}, comes to ${error}`;
          },
        },
      ],
    },
    thoroughness,
  );
}

function errorOf({ amplitudes, denoisingFactor: eta }: AirControl, { senders, noiseW }: Air): number {
  const misfits = senders.map(({ gain, weight }, i) =>
    square((amplitudes[i] as number) * Math.sqrt(gain / eta) - weight),
  );
  return misfits.reduce((sum, each) => sum + each, 0) + noiseW / eta;
}

const senderOf = (draw: Source): AirSender => ({
  gain: oneOf(draw, [1, 1, power(10, 4 * draw() - 3)]),
  power: oneOf(draw, [1, 1, 0.01 + draw()]),
  weight: oneOf(draw, [0.1, 0.1, 0.01 + draw()]),
});
