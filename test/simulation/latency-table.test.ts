import { describe, expect, it } from 'vitest';
import { federation } from '../../actors/index.ts';
import { hierLike, relay } from '../../channels/index.ts';
import { fedAvg, feel, hierFavg, sdFeel } from '../../src/algorithms/index.ts';
import { homogeneous } from '../../src/devices/index.ts';
import { timingOnly } from '../../src/learning/index.ts';
import { simulate } from '../../src/scenario/simulate.ts';
import { timingStudy } from '../support/study.ts';

const NETWORKS = {
  MNIST: timingOnly({ modelBits: 698_880, macsPerSample: 487_540, batchSize: 10 }),
  CIFAR: timingOnly({ modelBits: 187_269_440, macsPerSample: 138_402_304, batchSize: 10 }),
};
const PRESETS = { 'hier-like': hierLike, relay };
const STEPS = 50;

type Periods = readonly [localSteps: number, edgeRounds: number, exchanges: number];
const SCHEMES = {
  'SD-FEEL': ([localSteps, edgeRounds, exchanges]: Periods) => sdFeel({ localSteps, edgeRounds, exchanges }),
  HierFAVG: ([localSteps, edgeRounds]: Periods) => hierFavg({ localSteps, edgeRounds }),
  FedAvg: ([localSteps]: Periods) => fedAvg({ localSteps }),
  FEEL: ([localSteps]: Periods) => feel({ localSteps }),
};
type Scheme = keyof typeof SCHEMES;

interface Row {
  readonly preset: keyof typeof PRESETS;
  readonly network: keyof typeof NETWORKS;
  readonly periods: Periods;
}

/** Virtual seconds of one local step, uploads and exchanges included. */
async function secondsPerStep(scheme: Scheme, { preset, network, periods }: Row): Promise<number> {
  const { summary } = await simulate(
    timingStudy({
      topology: federation({ clients: 10, edgeServers: 10 }),
      ...PRESETS[preset](),
      devices: { clock: homogeneous({ macsPerSecond: 10e9 }) },
      task: NETWORKS[network],
      algorithm: SCHEMES[scheme](periods),
      until: { rounds: STEPS / periods[0] },
    }),
  );
  return summary.virtualSeconds / STEPS;
}

// Goal: the latency table of the SD-FEEL dossier, §3.2. Method: fifty local steps of equal clients, without learning.
describe('seconds per local step', () => {
  it.each<[Row['preset'], Row['network'], Periods, readonly [number, number, number, number]]>([
    ['hier-like', 'MNIST', [5, 1, 1], [0.027924, 0.27154, 0.2469, 0.025129]],
    ['hier-like', 'MNIST', [5, 5, 1], [0.025688, 0.074411, 0.2469, 0.025129]],
    ['hier-like', 'MNIST', [5, 5, 5], [0.027924, 0.074411, 0.2469, 0.025129]],
    ['hier-like', 'MNIST', [5, 5, 10], [0.03072, 0.074411, 0.2469, 0.025129]],
    ['hier-like', 'MNIST', [50, 1, 1], [0.0032312, 0.027593, 0.025129, 0.0029517]],
    ['hier-like', 'CIFAR', [5, 1, 1], [7.4903, 72.769, 66.166, 6.7412]],
    ['hier-like', 'CIFAR', [5, 5, 1], [6.891, 19.947, 66.166, 6.7412]],
    ['relay', 'MNIST', [5, 5, 1], [0.029002, 0.034034, 0.056398, 0.028443]],
    ['relay', 'MNIST', [5, 1, 1], [0.031238, 0.056398, 0.056398, 0.028443]],
    ['relay', 'CIFAR', [5, 5, 1], [7.779, 9.1273, 15.12, 7.6292]],
  ])(
    'are those printed for %s links, the %s network and (τ₁, τ₂, α) = %j',
    async (preset, network, periods, printed) => {
      for (const [index, scheme] of (Object.keys(SCHEMES) as Scheme[]).entries()) {
        const measured = await secondsPerStep(scheme, { preset, network, periods });
        // Printed to five significant digits.
        expect(measured.toPrecision(5), scheme).toBe((printed[index] as number).toPrecision(5));
      }
    },
  );

  // SD-FEEL is cheaper than HierFAVG where α T^{ed-ed} < T^{ed-cd}.
  it.each([
    ['hier-like', 88, 89],
    ['relay', 9, 11],
  ] as const)(
    'of SD-FEEL on %s links are fewer than HierFAVG’s up to α = %i, and more from %i on',
    async (preset, most, more) => {
      const at = (exchanges: number): Row => ({ preset, network: 'MNIST', periods: [5, 5, exchanges] });
      const hierarchical = await secondsPerStep('HierFAVG', at(1));
      expect(await secondsPerStep('SD-FEEL', at(most))).toBeLessThan(hierarchical);
      expect(await secondsPerStep('SD-FEEL', at(more))).toBeGreaterThan(hierarchical);
    },
  );

  it('are equal on relay links at α = 10, and those of HierFAVG and FedAvg where τ₂ = 1', async () => {
    const row: Row = { preset: 'relay', network: 'MNIST', periods: [5, 5, 10] };
    expect(await secondsPerStep('SD-FEEL', row)).toBe(await secondsPerStep('HierFAVG', row));
    const often: Row = { ...row, periods: [5, 1, 1] };
    expect(await secondsPerStep('HierFAVG', often)).toBe(await secondsPerStep('FedAvg', often));
  });
});
