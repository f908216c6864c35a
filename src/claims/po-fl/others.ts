import { largest, smallest } from '../../math/extremes.ts';
import { type Claim, claim, type Figure, type Setting } from '../claim.ts';
import { type Curve, mean } from '../curve.ts';
import {
  type Form,
  finalAccuracies,
  finalAccuracy,
  firstExpectedNoise,
  SEEDS,
  scheduled,
  spanned,
  squaredError,
} from './settings.ts';

/** Digits to which a ratio that is exact on paper must be met. */
const EXACT = 1e-6;

/** Claim 4 of §4. */
export function scalingClaim(): Claim {
  const atPower = (dbm: number): Setting => ({
    scenario: 'inSeconds',
    set: { algorithm: 'po-fl', schedule: 'everyone', 'channel.clientPower': dbm, 'until.rounds': 1 },
    once: true,
  });
  const atSnr = (form: Form, snr: 0 | 10): Setting => ({
    ...scheduled({ ...form, rounds: 1 }, 'everyone', snr),
    once: true,
  });
  const form = { rounds: 1, mnistRounds: 1 };
  return claim({
    id: 'P4',
    claim: 'the distortion of any policy scales exactly as σ² for a fixed S; halving P doubles it',
    criterion:
      'everyone sends, first round: 10 dB more noise is 10 times the distortion, half the power twice, to 10⁻⁶',
    runs: { loud: atSnr(form, 0), quiet: atSnr(form, 10), full: atPower(20), half: atPower(20 + 10 * Math.log10(0.5)) },
    judge({ loud, quiet, full, half }) {
      const noise = firstExpectedNoise(loud) / firstExpectedNoise(quiet);
      const power = firstExpectedNoise(half) / firstExpectedNoise(full);
      const holds = Math.abs(noise / 10 - 1) < EXACT && Math.abs(power / 2 - 1) < EXACT;
      return { values: { 'for ten times the noise': noise, 'for half the power': power }, holds };
    },
  });
}

/** How far apart accuracies may be that count as flat. */
const FLAT = 0.01;

/** Claim 5 of §4. */
export function floorClaim(form: Form, onMnist: boolean): Claim {
  const at = (policy: 'best-channel' | 'po-fl', snr: 10 | 20 | 30) => scheduled(form, policy, snr, { onMnist });
  return claim({
    id: onMnist ? 'M5' : 'P5',
    claim: `${onMnist ? 'MNIST, softmax: ' : ''}deterministic channel selection has an error floor: flat in SNR, below PO-FL at ≥ 10 dB`,
    criterion:
      'its accuracy at 10, 20, 30 dB within 0.01, each below PO-FL’s; its error at 30 dB above half of that at 10 dB',
    isDrawn: true,
    seeds: SEEDS,
    runs: {
      strong10: at('best-channel', 10),
      strong20: at('best-channel', 20),
      strong30: at('best-channel', 30),
      poFl10: at('po-fl', 10),
      poFl20: at('po-fl', 20),
      poFl30: at('po-fl', 30),
    },
    judge({ strong10, strong20, strong30, poFl10, poFl20, poFl30 }) {
      const strong = [strong10, strong20, strong30].map(finalAccuracy);
      const poFl = [poFl10, poFl20, poFl30].map(finalAccuracy);
      const [at10, at30] = [squaredError(strong10), squaredError(strong30)];
      const isFlat = largest(strong) - smallest(strong) <= FLAT;
      const labels = [10, 20, 30].flatMap((snr, k) => [
        [`channel ${snr} dB`, strong[k] as number] as const,
        [`PO-FL ${snr} dB`, poFl[k] as number] as const,
      ]);
      return {
        values: { ...Object.fromEntries(labels), 'error 10 dB': at10, 'error 30 dB': at30 },
        holds: isFlat && strong.every((each, k) => each < (poFl[k] as number)) && at30 > at10 / 2,
        figure: floorFigure(onMnist, [poFl10, poFl20, poFl30], [strong10, strong20, strong30]),
      };
    },
  });
}

type BySnr = readonly [at10: readonly Curve[], at20: readonly Curve[], at30: readonly Curve[]];

function floorFigure(onMnist: boolean, poFl: BySnr, strong: BySnr): Figure {
  const points = (bySnr: BySnr) => bySnr.map((curves, k) => spanned(10 * (k + 1), finalAccuracies(curves), mean));
  return {
    title: `${onMnist ? 'MNIST, softmax: ' : ''}accuracy at the end`,
    ...{ x: 'SNR per symbol [dB]', y: 'test accuracy' },
    lines: [
      { name: 'PO-FL', points: points(poFl) },
      { name: 'best channels, biased', points: points(strong) },
    ],
  };
}

/** Claim 7 of §4: the caveat. */
export function caveatClaim(form: Form, onMnist: boolean): Claim {
  const at = (policy: 'everyone' | 'best-channel' | 'po-fl') => scheduled(form, policy, 0, { onMnist });
  return claim({
    id: onMnist ? 'M7' : 'P7',
    claim: `${onMnist ? 'MNIST, softmax: ' : ''}caveat: at 0 dB biased rules can beat unbiased samplers in accuracy where labels don’t go by distance`,
    criterion: 'the better of everyone and the K best channels ends at least as accurate as PO-FL',
    runs: { all: at('everyone'), strong: at('best-channel'), poFl: at('po-fl') },
    judge({ all, strong, poFl }) {
      const [a, b, c] = [all, strong, poFl].map(finalAccuracy) as [number, number, number];
      return { values: { everyone: a, 'best channels': b, 'PO-FL': c }, holds: Math.max(a, b) >= c };
    },
  });
}

/** The other side of the caveat. */
export function farClaim(form: Form): Claim {
  const at = (policy: 'po-fl' | 'best-channel' | 'largest-update', snr: 10 | 20) =>
    scheduled(form, policy, snr, { isFar: true });
  return claim({
    id: 'P11',
    claim: 'where labels go by distance, PO-FL ends more accurate than deterministic rules',
    criterion: 'accuracy at 10 and 20 dB: above those of the K best channels and of the K largest updates',
    runs: {
      poFl10: at('po-fl', 10),
      strong10: at('best-channel', 10),
      large10: at('largest-update', 10),
      poFl20: at('po-fl', 20),
      strong20: at('best-channel', 20),
      large20: at('largest-update', 20),
    },
    judge({ poFl10, strong10, large10, poFl20, strong20, large20 }) {
      const [a, b, c] = [poFl10, strong10, large10].map(finalAccuracy) as [number, number, number];
      const [d, e, f] = [poFl20, strong20, large20].map(finalAccuracy) as [number, number, number];
      const low = { 'PO-FL 10 dB': a, 'channel 10 dB': b, 'largest 10 dB': c };
      const high = { 'PO-FL 20 dB': d, 'channel 20 dB': e, 'largest 20 dB': f };
      return { values: { ...low, ...high }, holds: a > Math.max(b, c) && d > Math.max(e, f) };
    },
  });
}
