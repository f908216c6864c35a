/**
 * Goal: CodedFedL runs as a system whose rounds are as its server has reckoned. Method: the deadline, loads and probabilities
 * worked out from the numbers of a small study, against its trace; and the rule's mean over codes and arrivals.
 */
import { describe, expect, it } from 'vitest';
import { fixedRates, radio, retransmission } from '../../channels/index.ts';
import { codedFedL } from '../../src/algorithms/index.ts';
import { earliestDeadline, loadsAt, type Pace } from '../../src/coding/load-allocation.ts';
import { type RegressionRows, residualGradient } from '../../src/coding/random-code.ts';
import { geometric, noStragglers, pareto, shiftedExponential } from '../../src/devices/index.ts';
import { classify, gaussianBlobs, iid, leastSquares, randomFeatures, sgd } from '../../src/learning/index.ts';
import { fitFirst } from '../../src/learning/least-squares-steps.ts';
import { type CodedOptions, coded, encodeRows } from '../../src/learning/server/coded.ts';
import { everyone } from '../../src/policies/index.ts';
import type { ScenarioOptions } from '../../src/scenario/scenario.ts';
import { simulate } from '../../src/scenario/simulate.ts';
import { CLIENTS, codedStudy, FEATURES } from '../support/coded-study.ts';
import { factsOf } from '../support/study.ts';

const [CODED, OWN, LOST, CLOCK, RATIO, RATE] = [200, 50, 0.2, 1e5, 0.3, 1e5];

const study = (options: Partial<ScenarioOptions> = {}) =>
  codedStudy({
    channel: fixedRates({ uplink: RATE, clientToCloud: RATE, erasure: retransmission({ probability: LOST }) }),
    devices: {
      clock: geometric({ macsPerSecond: CLOCK, ratio: RATIO }),
      straggler: shiftedExponential({ scale: 0.5 }),
    },
    task: leastSquares({
      dataset: randomFeatures({
        of: gaussianBlobs({ classes: 10, features: 8, meanSpread: 1, trainPerClass: 30, testPerClass: 20 }),
        ...{ features: FEATURES, width: 3 },
      }),
      split: iid(),
      batchSize: 10,
      optimizer: sgd({ learningRate: 1 }),
    }),
    algorithm: codedFedL({ codedRows: CODED }),
    schedule: everyone(),
    until: { rounds: 10 },
    ...options,
  });

/** The same clients, as formulas have them. */
const paces = Array.from(
  { length: CLIENTS },
  (_, i): Pace => ({
    secondsPerRow: (2 * FEATURES * 10) / (CLOCK * RATIO ** i),
    ...{ excess: 0.5, before: 0, attempt: (FEATURES * 10 * 32) / RATE, lost: LOST },
  }),
);
const rows = new Array<number>(CLIENTS).fill(OWN);
const deadline = earliestDeadline(CLIENTS * OWN - CODED, rows, paces);

describe('CodedFedL', () => {
  it('closes rounds as soon as it expects what its code doesn’t stand for, and leaves out who is too slow', async () => {
    const loads = loadsAt(deadline, rows, paces);
    const absent = loads.flatMap((load, i) => (load.rows === 0 ? [`client-${i}`] : []));
    expect(absent.length).toBeGreaterThan(0);
    const { trace } = await simulate(study({ schedule: everyone({ closeAfter: 99 }) }));
    for (const { kind, closeAfter, cohort } of factsOf(trace)) {
      if (kind !== 'cohort.scheduled') continue;
      expect(closeAfter).toBeCloseTo(deadline, 9);
      expect(cohort).toEqual(loads.flatMap((_, i) => (absent.includes(`client-${i}`) ? [] : [`client-${i}`])));
    }
    // All hand over their codes, those that are left to them too.
    expect(factsOf(trace).filter(({ kind }) => kind === 'setup.received')).toHaveLength(CLIENTS);
  });

  it('takes the time of a client’s load to compute, and hears from it as often as it reckons with', async () => {
    const rounds = 200;
    const options = { until: { rounds }, evaluate: { everyRounds: rounds } };
    const { trace } = await simulate(study(options));
    const facts = factsOf(trace);
    loadsAt(deadline, rows, paces).forEach(({ rows: load, probability }, i) => {
      if (load === 0) return;
      const arrived = facts.filter(({ kind, from }) => kind === 'update.received' && from === `client-${i}`).length;
      const standardError = Math.sqrt((probability * (1 - probability)) / rounds);
      expect(Math.abs(arrived / rounds - probability)).toBeLessThanOrEqual(4 * standardError);
    });
    const steady = await simulate(
      study({ devices: { clock: geometric({ macsPerSecond: CLOCK, ratio: RATIO }), straggler: noStragglers() } }),
    );
    const sure = paces.map((pace) => ({ ...pace, excess: 0 }));
    const own = loadsAt(earliestDeadline(CLIENTS * OWN - CODED, rows, sure), rows, sure);
    const [opened] = factsOf(steady.trace).filter(({ kind }) => kind === 'cohort.scheduled');
    for (const { kind, actor, at, round } of factsOf(steady.trace)) {
      if (kind !== 'training.finished' || round !== 1) continue;
      const i = Number(String(actor).slice('client-'.length));
      const seconds = (own[i]?.rows ?? 0) * (sure[i]?.secondsPerRow ?? 0);
      expect(((at as number) - (opened?.at as number)) / 1e9).toBeCloseTo(seconds, 6);
    }
  });

  it('takes a deadline that it is given, learns, and is the same to the last byte again', async () => {
    const algorithm = codedFedL({ codedRows: CODED, deadline: 0.5 });
    const options = { algorithm, until: { rounds: 60 }, evaluate: { everyRounds: 60 } };
    const [once, again] = [await simulate(study(options)), await simulate(study(options))];
    expect(factsOf(once.trace).find(({ kind }) => kind === 'cohort.scheduled')?.closeAfter).toBe(0.5);
    expect(once.summary.accuracy.final).toBeGreaterThan(0.4);
    expect(again.summary.fingerprint).toEqual(once.summary.fingerprint);
  });

  it('refuses what it can’t reckon with, before anything runs', async () => {
    const refused = (options: Partial<ScenarioOptions>) => expect(simulate(study(options))).rejects;
    await refused({ channel: radio() }).toThrow(/channel/);
    await refused({ channel: fixedRates({ clientToCloud: 'relay' }) }).toThrow(/channel/);
    await refused({ devices: { straggler: pareto() } }).toThrow(/straggler/);
    await refused({ task: classify() }).toThrow(/task "classify"/);
    await refused({ algorithm: codedFedL({ codedRows: CLIENTS * OWN }) }).toThrow(/codedRows/);
    await refused({ algorithm: codedFedL({ codedRows: CODED, deadline: 1e-3 }) }).toThrow(/too early/);
  });
});

describe('what a server of CodedFedL makes of codes and of what comes', () => {
  const [d, o] = [2, 2];
  const clients: RegressionRows[] = [
    { count: 3, features: Float64Array.of(1, 0.5, -0.3, 0.8, 0.2, 1.1), labels: Float64Array.of(1, 0, 0, 1, 1, 0) },
    { count: 2, features: Float64Array.of(0.4, -0.9, 0.7, 0.6), labels: Float64Array.of(0, 1, 1, 0) },
  ];
  const loads = [
    { rows: 2, probability: 0.7 },
    { rows: 1, probability: 0.4 },
  ];
  const model = Float64Array.of(0.3, -0.2, 0.1, 0.5);
  const [learningRate, total] = [0.5, 5];

  // Goal: no bias. Method: the mean over many codes, and over every arrival pattern by its probability, is the step of all.
  it('is a step on all rows in the mean', async () => {
    const [codedRows, draws] = [2, 20_000];
    const updates = await Promise.all(
      clients.map(async (own, index) => {
        const first = loads[index]?.rows ?? 0;
        const { parameters } = await fitFirst({ rows: own, parameters: model, first, learningRate });
        return {
          ...{ member: `client-${index}`, index, weight: 0, probability: 1, samples: own.count, localSteps: 1 },
          parameters,
        };
      }),
    );
    const everyone = clients.map((own, i) => ({ member: `client-${i}`, samples: own.count, probability: 1 }));
    const options: CodedOptions = {
      ...{ codedRows, codedBatch: codedRows, makeUp: false, outputs: o },
      ...{ rule: 'allocated', codeWeight: 1, leastProbability: 0 },
    };
    const stepBy = (seed: number, arrived: readonly number[]) => {
      const memory = clients.map((own, client) => {
        const parameters = encodeRows({ rows: own, seed, client, options: { codedRows, loads } });
        return { slot: `client-${client}/code`, parameters };
      });
      const facts = { members: 2, totalSamples: total, round: 1, learningRate, seed, localSteps: 1 };
      const known = { ...facts, model, memory, everyone, options };
      return coded({ ...known, updates: arrived.map((i) => updates[i] as (typeof updates)[number]) }).parameters;
    };
    const [sums, squares] = [new Float64Array(d * o), new Float64Array(d * o)];
    for (let seed = 1; seed <= draws; seed += 1) {
      // Arrivals and code are independent, so one pattern for each code, as often as it comes, is enough.
      const arrived = [0, 1].filter((i) => ((seed * (i === 0 ? 7 : 13)) % 1000) / 1000 < (loads[i]?.probability ?? 0));
      stepBy(seed, arrived).forEach((value, k) => {
        sums[k] = (sums[k] as number) + value;
        squares[k] = (squares[k] as number) + value ** 2;
      });
    }
    const gradient = clients.map((own) => residualGradient(own, model));
    model.forEach((w, k) => {
      const expected = w - (learningRate / total) * gradient.reduce((sum, each) => sum + (each[k] as number), 0);
      const mean = (sums[k] as number) / draws;
      const standardError = Math.sqrt(((squares[k] as number) / draws - mean ** 2) / draws);
      expect(Math.abs(mean - expected)).toBeLessThan(4 * standardError);
    });
  });
});
