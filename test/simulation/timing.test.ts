import { describe, expect, it } from 'vitest';
import { federation, kRegular, ring } from '../../actors/index.ts';
import { fixedRates, hierLike, relay } from '../../channels/index.ts';
import { fedAvg, feel, hierFavg, sdFeel } from '../../src/algorithms/index.ts';
import { homogeneous } from '../../src/devices/index.ts';
import { timingOnly } from '../../src/learning/index.ts';
import type { Part } from '../../src/part.ts';
import type { Algorithm } from '../../src/policies/algorithm.ts';
import { simulate } from '../../src/scenario/simulate.ts';
import { timingStudy } from '../support/study.ts';

/** The clock counts whole nanoseconds: a transfer ends on the first by which its last bit is through. */
const transfer = (seconds: number): number => Math.ceil(seconds * 1e9 - 1e-6);
/** Computing takes the nearest whole number of nanoseconds. */
const computation = (seconds: number): number => Math.round(seconds * 1e9);

const MODEL_BITS = 698_880;
const MACS = 487_540;
const BATCH = 10;
const CLOCK = 1e10;
const UPLINK = 1e6 * Math.log2(51);
const computing = (BATCH * MACS) / CLOCK;

const elapsed = async (options: Parameters<typeof timingStudy>[0]) => {
  const { summary } = await simulate(
    timingStudy({
      topology: federation({ clients: 10, edgeServers: 10 }),
      devices: { clock: homogeneous({ macsPerSecond: CLOCK }) },
      task: timingOnly({ modelBits: MODEL_BITS, macsPerSample: MACS, batchSize: BATCH }),
      ...options,
    }),
  );
  return summary.virtualSeconds;
};

// Goal: the engine's clock agrees with the closed latency formulas of the SD-FEEL dossier, §3.1.
// Method: homogeneous clients on links of fixed rate; K = 60 local steps, τ₁ = 5, τ₂ = 3, α = 2.
describe('virtual time of homogeneous runs', () => {
  const [K, tau1, tau2, alpha] = [60, 5, 3, 2];
  const rounds = K / tau1;
  const [up, gossip, cloud] = [MODEL_BITS / UPLINK, MODEL_BITS / 50e6, (10 * MODEL_BITS) / UPLINK];
  const relayed = MODEL_BITS / 5e6;
  // Transfers of a round, and of every τ₂-th one.
  const cases = {
    hierLike: [
      ['SD-FEEL', sdFeel({ localSteps: tau1, edgeRounds: tau2, exchanges: alpha }), [up], [gossip, gossip]],
      ['HierFAVG', hierFavg({ localSteps: tau1, edgeRounds: tau2 }), [up], [cloud]],
      ['FedAvg', fedAvg({ localSteps: tau1 }), [cloud], []],
      ['FEEL', feel({ localSteps: tau1 }), [up], []],
    ],
    relay: [
      ['SD-FEEL', sdFeel({ localSteps: tau1, edgeRounds: tau2, exchanges: 1 }), [relayed], [gossip]],
      ['HierFAVG', hierFavg({ localSteps: tau1, edgeRounds: tau2 }), [relayed], [relayed]],
      ['FedAvg', fedAvg({ localSteps: tau1 }), [relayed, relayed], []],
      ['FEEL', feel({ localSteps: tau1 }), [relayed], []],
    ],
  } satisfies Record<string, [string, Part<Algorithm>, number[], number[]][]>;
  const closedForm = (everyRound: number[], everyMixing: number[]): number => {
    const total = (spans: number[]) => spans.reduce((sum, each) => sum + transfer(each), 0);
    return rounds * (computation(tau1 * computing) + total(everyRound)) + (rounds / tau2) * total(everyMixing);
  };

  it.each(cases.hierLike)(
    'equals the formula of %s under the hier-like preset to the nanosecond',
    async (_name, algorithm, everyRound, everyMixing) => {
      const seconds = await elapsed({ ...hierLike(), algorithm, until: { rounds } });
      expect(Math.round(seconds * 1e9)).toBe(closedForm(everyRound, everyMixing));
    },
  );

  it.each(cases.relay)(
    'equals the formula of %s under the relay preset to the nanosecond',
    async (_name, algorithm, everyRound, everyMixing) => {
      const seconds = await elapsed({ ...relay(), algorithm, until: { rounds } });
      expect(Math.round(seconds * 1e9)).toBe(closedForm(everyRound, everyMixing));
    },
  );

  it('meets the golden timeline to the nanosecond: τ₁ = 5, τ₂ = 2, α = 2, fifty local steps in 1.396225 s', async () => {
    // Rates and MACs chosen so that the three times are those printed: 0.0004875 s, 0.123207 s, 0.013978 s.
    const wire = (seconds: number) => ({ rate: MODEL_BITS / seconds, latency: 0, shared: false });
    const seconds = await elapsed({
      channel: fixedRates({ uplink: MODEL_BITS / 0.123207 }),
      backhaul: { edge: wire(0.013978), cloud: wire(1) },
      task: timingOnly({ modelBits: MODEL_BITS, macsPerSample: 487_500, batchSize: BATCH }),
      algorithm: sdFeel({ localSteps: 5, edgeRounds: 2, exchanges: 2 }),
      until: { rounds: 10 },
    });
    expect(Math.round(seconds * 1e9)).toBe(1_396_225_000);
  });

  it('makes gossip cost the same on any graph, since links work in parallel', async () => {
    const algorithm = sdFeel({ localSteps: tau1, edgeRounds: 1, exchanges: 3 });
    const on = (graph: ReturnType<typeof ring>) =>
      elapsed({
        topology: federation({ clients: 10, edgeServers: 10, graph }),
        ...hierLike(),
        algorithm,
        until: { rounds },
      });
    expect(await on(ring())).toBe(await on(kRegular({ degree: 4 })));
  });
});
