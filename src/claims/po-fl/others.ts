import { type Claim, claim, type Setting } from '../claim.ts';
import { finalLoss, mean, secondsTo } from '../curve.ts';
import { type Form, finalAccuracy, firstExpectedNoise, scheduled, squaredError } from './settings.ts';

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
      const isFlat = Math.max(...strong) - Math.min(...strong) <= FLAT;
      const labels = [10, 20, 30].flatMap((snr, k) => [
        [`channel ${snr} dB`, strong[k] as number] as const,
        [`PO-FL ${snr} dB`, poFl[k] as number] as const,
      ]);
      return {
        values: { ...Object.fromEntries(labels), 'error 10 dB': at10, 'error 30 dB': at30 },
        holds: isFlat && strong.every((each, k) => each < (poFl[k] as number)) && at30 > at10 / 2,
      };
    },
  });
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

/** Loss that learners reach in passing. */
const TARGET = 1.2;

/** When over-the-air sums beat bits over OFDMA, and when they don't. */
export function mediumClaim(form: Form): Claim {
  const run = (uplink: 'digital' | 'over-the-air', clients: number, power: number): Setting => ({
    scenario: 'inSeconds',
    set: {
      'algorithm.uplink': uplink,
      'topology.clients': clients,
      'channel.clientPower': power,
      'until.rounds': form.rounds,
    },
  });
  const [STRONG, WEAK] = [20, -20];
  return claim({
    id: 'P8',
    claim:
      'over the air beats OFDMA in virtual time, the more so the more devices; not at low SNR, where noise stops it',
    criterion:
      'time to loss 1.2: digital / air > 2 at 10 clients and larger at 60 at 20 dBm; at −20 dBm digital ends with the lower loss',
    runs: {
      digital10: run('digital', 10, STRONG),
      air10: run('over-the-air', 10, STRONG),
      digital60: run('digital', 60, STRONG),
      air60: run('over-the-air', 60, STRONG),
      digitalWeak: run('digital', 60, WEAK),
      airWeak: run('over-the-air', 60, WEAK),
    },
    judge({ digital10, air10, digital60, air60, digitalWeak, airWeak }) {
      const time = secondsTo(TARGET);
      const [few, many] = [time(digital10) / time(air10), time(digital60) / time(air60)];
      const [digital, air] = [finalLoss(digitalWeak), finalLoss(airWeak)];
      const perRound = mean(digitalWeak.map(({ seconds, rounds }) => seconds / rounds));
      const values = {
        'digital / air, 10 clients': few,
        '60 clients': many,
        'digital’s last loss at −20 dBm': digital,
        'air’s': air,
      };
      return {
        values: { ...values, 'digital round at −20 dBm [s]': perRound },
        holds: few > 2 && many > few && digital < air,
      };
    },
  });
}
