/**
 * Goal: training on secret shares runs as a system, and is exactly the training that it stands for. Method: a task so small
 * that sums are exact in floats too, run in the field and on the raw rows; traces and models of both.
 */
import { describe, expect, it } from 'vitest';
import { radio } from '../../channels/index.ts';
import { dresFl, fedAvg } from '../../src/algorithms/index.ts';
import { sharingCost } from '../../src/coding/complexity.ts';
import { geometric, homogeneous, listedRounds, markovOnOff } from '../../src/devices/index.ts';
import { classify, mlp, softmax } from '../../src/learning/index.ts';
import { rowsOfRound } from '../../src/learning/server/secret-shares.ts';
import { runStep } from '../../src/runtime/steps.ts';
import { checked, plan } from '../../src/scenario/plan.ts';
import { replay } from '../../src/scenario/replay.ts';
import type { ScenarioOptions } from '../../src/scenario/scenario.ts';
import { simulate } from '../../src/scenario/simulate.ts';
import { openTrace } from '../../src/trace/reader.ts';
import { modelsOf, type SharedStudy, sharedStudy } from '../support/secret-shares.ts';
import { factsOf } from '../support/study.ts';

const CLIENTS = 6;
const ids = Array.from({ length: CLIENTS }, (_, i) => `client-${i}`);
const run = async (study: SharedStudy = {}) => {
  const simulation = await simulate(sharedStudy(study), { backend: 'wasm' });
  const facts = factsOf(simulation.trace);
  return { ...simulation, facts, of: (kind: string) => facts.filter((each) => each.kind === kind) };
};

describe('training on secret shares', () => {
  it.each<[string, SharedStudy]>([
    ['linear, K = T = 1', {}],
    ['linear, T = 2, on big integers', { dres: { privacy: 2, field: 61 } }],
    ['linear, K = 2', { dres: { shards: 2 } }],
    ['one hidden layer', { hidden: [2], dres: { field: 61 } }],
    ['all rows in each round', { batchSize: 96 }],
  ])('has the models of training on the raw rows of all, bit by bit (%s)', async (_name, study) => {
    const exact = await run(study);
    const { field, ...ideal } = study.dres ?? {};
    const floats = await run({ ...study, dres: { ...ideal, mode: 'ideal', ...(field && { field }) } });
    expect(modelsOf(exact.facts)).toEqual(modelsOf(floats.facts));
    expect(new Set(modelsOf(exact.facts)).size).toBeGreaterThan(6);
    // Same rounds, same sizes, same instants, whatever is inside.
    expect(floats.summary.virtualSeconds).toBe(exact.summary.virtualSeconds);
    expect(floats.summary.uplinkBits).toBe(exact.summary.uplinkBits);
    expect(floats.summary.energyJoules).toBe(exact.summary.energyJoules);
  });

  it('wraps around, silently, in a field that is too small', async () => {
    const wide = { hidden: [2], learningRate: 0.25 };
    const small = await run({ ...wide, dres: { field: 13 } });
    const large = await run({ ...wide, dres: { field: 61 } });
    expect(modelsOf(small.facts)).not.toEqual(modelsOf(large.facts));
  });

  it('is mini-batch descent on the union of all data, but for the grid of the parameters', async () => {
    const { models } = await run({ dres: { mode: 'ideal', parameterBits: 20 } });
    const policyFailure = { error: undefined };
    const { task, seed } = await plan(checked(sharedStudy()), { backend: 'wasm', policyFailure });
    let parameters = Float32Array.from(task.initial().parameters);
    for (let round = 1; round <= 12; round += 1) {
      const rows = rowsOfRound(Array<number>(CLIENTS).fill(16), { seed, round, batch: 4 });
      const step = task.pooledGradient?.({
        parameters,
        clients: Uint32Array.from(rows, ({ client }) => client),
        rows: Uint32Array.from(rows, ({ row }) => row),
      });
      const { gradient } = (await runStep(step as never)) as { gradient: Float32Array };
      parameters = parameters.map((each, j) => each - 0.25 * (gradient[j] as number));
    }
    const found = models.get('central')?.parameters as Float32Array;
    found.forEach((each, j) => {
      expect(Math.abs(each - (parameters[j] as number))).toBeLessThan(12 * 2 ** -20);
    });
  });
});

describe('rounds on secret shares', () => {
  const available = (rounds: number[][], more: Partial<ScenarioOptions> = {}) => ({
    devices: {
      clock: homogeneous({ macsPerSecond: 1e5 }),
      availability: listedRounds({ rounds, place: 'before', fullFirst: false }),
    },
    ...more,
  });

  it('make the same model whichever R clients answer', async () => {
    const everyone = await run();
    const [first, last] = [
      await run({ options: available([[0, 1, 2]]) }),
      await run({ options: available([[5, 2, 4]]) }),
    ];
    const changing = await run({
      options: available([
        [0, 1, 5],
        [1, 2, 3, 4],
        [2, 4, 5],
      ]),
    });
    for (const each of [first, last, changing]) expect(modelsOf(each.facts)).toEqual(modelsOf(everyone.facts));
  });

  it('leave the model as it was with R − 1 answers, and say so', async () => {
    const { facts, of } = await run({
      options: available([
        [0, 1, 2],
        [3, 4],
        [1, 2, 3],
      ]),
    });
    const combined = of('models.combined');
    expect(combined.map(({ skipped }) => skipped ?? false)).toEqual(Array.from({ length: 12 }, (_, i) => i % 3 === 1));
    const models = modelsOf(facts);
    for (let round = 1; round < 12; round += 3) expect(models[round]).toBe(models[round - 1]);
    expect(models[2]).not.toBe(models[1]);
    expect(of('round.closed').map(({ admitted }) => admitted)).toEqual(
      Array.from({ length: 12 }, (_, i) => [3, 2, 3][i % 3]),
    );
  });

  it('end with the R-th result, and release who is late for the next round', async () => {
    const slow = { clock: geometric({ macsPerSecond: 1e5, ratio: 0.2 }) };
    const { of } = await run({ options: { devices: slow } });
    const closed = of('round.closed');
    expect(closed.every(({ admitted }) => admitted === 3)).toBe(true);
    expect(of('uplink.released')).toHaveLength(3 * 11);
    expect(
      of('update.received')
        .map(({ from }) => from)
        .sort(),
    ).toEqual(Array.from({ length: 36 }, (_, i) => `client-${Math.floor(i / 12)}`));
    // Clocks fall five-fold from one client to the next: the third sets the pace, those behind it don't count.
    const [begins, ends] = [of('cohort.scheduled')[0]?.at as number, closed.at(-1)?.at as number];
    const lone = await run({
      options: { devices: { ...slow, availability: listedRounds({ rounds: [[0, 1, 2]], fullFirst: false }) } },
    });
    expect(ends - begins).toBe(
      (lone.of('round.closed').at(-1)?.at as number) - (lone.of('cohort.scheduled')[0]?.at as number),
    );
  });
});

describe('the exchange before the first round', () => {
  const sizes = sharingCost({
    ...{ clients: CLIENTS, shards: 1, privacy: 1, rows: 16, rowLength: 5 },
    ...{ parameters: 8, degree: 2, fieldBits: 31 },
  });

  it('costs the bits, products and seconds that it should, and every client holds a share of all', async () => {
    const { of, summary } = await run();
    const uploads = of('upload.finished').filter(({ round }) => round === 0);
    expect(uploads.map(({ bits }) => bits)).toEqual(ids.map(() => (CLIENTS - 1) * sizes.shareBits));
    const updates = of('upload.finished').filter(({ round }) => (round as number) > 0);
    expect(updates.every(({ bits }) => bits === sizes.uploadBits)).toBe(true);
    for (const { at } of of('setup.prepared')) expect(at).toBe((sizes.encodingProducts / 1e5) * 1e9);
    for (const { at } of of('setup.received')) {
      expect(at).toBe(Math.round((sizes.encodingProducts / 1e5 + ((CLIENTS - 1) * sizes.shareBits) / 1e5) * 1e9));
    }
    for (const { actor, memory, makers } of of('setup.shared')) {
      expect(makers).toEqual(ids);
      expect((memory as { slot: string }[]).map(({ slot }) => slot)).toEqual(
        ids.filter((id) => id !== actor).map((id) => `${id}/share`),
      );
    }
    expect(summary.uplinkBits).toBeGreaterThanOrEqual(CLIENTS * (CLIENTS - 1) * sizes.shareBits);
    expect(of('setup.completed')).toHaveLength(CLIENTS);
    const charged = await run({ dres: { fieldCost: 3 } });
    expect(charged.of('setup.prepared')[0]?.at).toBe(3 * (of('setup.prepared')[0]?.at as number));
    expect(charged.summary.energyJoules).toBeGreaterThan(summary.energyJoules);
  });

  it('conserves bits: pieces once, and an update of each client in each round', async () => {
    const availability = listedRounds({ rounds: [[0, 1, 2]], fullFirst: false });
    const devices = { clock: homogeneous({ macsPerSecond: 1e5 }), availability };
    const { summary } = await run({ options: { devices } });
    expect(summary.uplinkBits).toBe(CLIENTS * (CLIENTS - 1) * sizes.shareBits + 12 * 3 * sizes.uploadBits);
    expect(sizes.sentElements).toBe((CLIENTS - 1) * 16 * 5);
  });

  it('takes its time on the way down too, where a server sends over the air', async () => {
    const channel = radio({ downlink: 'broadcast' });
    const { of } = await run({ options: { channel } });
    const last = Math.max(...of('setup.received').map(({ at }) => at));
    const arrivals = of('setup.shared').map(({ at }) => at);
    expect(new Set(arrivals).size).toBe(CLIENTS);
    for (const at of arrivals) expect(at).toBeGreaterThan(last);
    expect(of('download.started').filter(({ round }) => round === 0)).toHaveLength(CLIENTS);
    expect(modelsOf((await run()).facts)).toEqual(of('round.closed').map(({ model }) => model));
  });

  it('never shows the server or the trace a client’s own share of its own data', async () => {
    const { of } = await run();
    for (const { actor, memory } of of('setup.prepared')) {
      const own = (memory as { slot: string; model: string }[]).find(({ slot }) => slot === actor);
      const passed = of('setup.received').flatMap((each) => each.memory as { model: string }[]);
      expect(passed.some(({ model }) => model === own?.model)).toBe(false);
    }
  });

  it('ends with the same shares and models where clients drop out in the middle of it', async () => {
    const steady = await run();
    const shaky = await run({
      options: {
        devices: {
          clock: homogeneous({ macsPerSecond: 1e5 }),
          availability: markovOnOff({ meanOnline: 1, meanOffline: 0.05 }),
        },
      },
    });
    expect(shaky.of('work.lost').some(({ round }) => round === 0)).toBe(true);
    const ready = shaky.of('cohort.scheduled')[0]?.at as number;
    expect(ready).toBeGreaterThan(steady.of('cohort.scheduled')[0]?.at as number);
    expect(shaky.of('models.combined').some(({ skipped }) => skipped)).toBe(false);
    expect(modelsOf(shaky.facts)).toEqual(modelsOf(steady.facts));
  });

  it('goes on without a client that has not shared in time, for all clients alike', async () => {
    const clock = geometric({ macsPerSecond: 1e5, ratio: 0.5 });
    const { of, scores } = await run({
      dres: { shareWithin: 0.3 },
      options: { devices: { clock }, until: { rounds: 60 } },
    });
    const makers = of('setup.shared').map((each) => each.makers as string[]);
    expect(makers[0]?.length).toBeGreaterThan(0);
    expect(makers[0]).not.toContain('client-5');
    for (const each of makers) expect(each).toEqual(makers[0]);
    // Others take part once they have their pieces; what they lack themselves is in nobody's stack.
    expect(of('models.combined').every(({ skipped }) => skipped === undefined)).toBe(true);
    expect(scores.at(-1)?.loss).toBeLessThan(scores[0]?.loss as number);
  });

  it('begins again where the server crashes in it', async () => {
    const options: Partial<ScenarioOptions> = {
      *script(world) {
        yield world.at(0.1);
        world.crash('central');
        yield world.after(0.1);
        world.restart('central');
      },
    };
    const [steady, broken] = [await run(), await run({ options })];
    expect(broken.of('crashed')).toHaveLength(1);
    expect(modelsOf(broken.facts)).toEqual(modelsOf(steady.facts));
  });
});

describe('a run on secret shares', () => {
  it('can be replayed from its trace, without training', async () => {
    for (const mode of ['exact', 'ideal'] as const) {
      const { trace } = await run({ dres: { mode } });
      const { divergence } = await replay(openTrace([...trace]), { scenario: sharedStudy({ dres: { mode } }) });
      expect(divergence).toBeUndefined();
    }
  });

  it('refuses tasks and numbers that it can’t work with, before anything runs', async () => {
    const refused = (study: SharedStudy) => expect(run(study)).rejects;
    await refused({ dres: { privacy: 6 } }).toThrow(/infeasible dres-fl: R = 13 results for 6 clients/);
    await refused({ dres: { mode: 'ideal', shareWithin: 1 } }).toThrow(/shareWithin/);
    await refused({ options: { evaluate: { everySteps: 1 } } }).toThrow(/no model that could be scored/);
    const task = (loss: 'crossEntropy' | 'meanSquaredError', model: ReturnType<typeof mlp>) => ({
      options: { task: classify({ loss, model }) },
    });
    await refused(task('meanSquaredError', mlp({ hidden: [4] }))).toThrow(/no polynomial of the data/);
    await refused(task('crossEntropy', softmax())).toThrow(/meanSquaredError/);
  });

  it('leaves algorithms without secrets as they are', async () => {
    const { of, summary } = await run({ options: { algorithm: fedAvg({ localSteps: 1 }) } });
    expect(of('setup.requested')).toHaveLength(0);
    expect(summary.rounds).toBe(12);
    expect(dresFl().options).toEqual({});
  });
});
