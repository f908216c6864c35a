/**
 * Goal: updates add up in the air, end to end. Method: whole runs on the cheap reference task, held to their digital twins, to
 * closed forms, and to what must become of clients that are lost on the way.
 */
import { describe, expect, it } from 'vitest';
import { federation } from '../../actors/index.ts';
import { fixedRates, noNoise, radio } from '../../channels/index.ts';
import { fedAvg, feel, hierFavg, poFl, sdFeel } from '../../src/algorithms/index.ts';
import { battery } from '../../src/devices/index.ts';
import { digital, everyone, overTheAir, random } from '../../src/policies/index.ts';
import type { ScenarioOptions } from '../../src/scenario/scenario.ts';
import { type SimulateOptions, simulate } from '../../src/scenario/simulate.ts';
import { factsOf, study } from '../support/study.ts';

const CLIENTS = 12;
/** 21 features and 10 classes. */
const ENTRIES = 210;
const RATE = 1e5;
const SECONDS = ENTRIES / RATE;

const air = (options: Parameters<typeof overTheAir>[0] = {}) => feel({ localSteps: 1, uplink: overTheAir(options) });
const noisy = (options: object = {}) => radio({ overTheAir: { bandwidth: RATE, snrDb: 20, ...options } });
const cell = (options: Partial<ScenarioOptions> = {}) =>
  study({
    topology: federation({ clients: CLIENTS, edgeServers: 1 }),
    channel: noisy(),
    algorithm: air(),
    until: { rounds: 3 },
    ...options,
  });

const run = async (options: Partial<ScenarioOptions> = {}, how: SimulateOptions = {}) => {
  const simulation = await simulate(cell(options), how);
  return { ...simulation, facts: factsOf(simulation.trace) };
};
type Facts = Awaited<ReturnType<typeof run>>['facts'];
const of = (facts: Facts, kind: string) => facts.filter((fact) => fact.kind === kind);
const modelsIn = (facts: Facts) => of(facts, 'models.combined').map(({ model }) => model);

describe('a sum over the air', () => {
  it('of everyone without noise is one step of federated SGD, bit for bit', async () => {
    const twin = await run({ algorithm: feel({ localSteps: 1, uplink: digital() }), channel: fixedRates() });
    const silent = await run({ channel: radio({ noise: noNoise() }) });
    expect(modelsIn(silent.facts)).toEqual(modelsIn(twin.facts));
    const scheduled = await run({ channel: radio({ noise: noNoise() }), algorithm: poFl(), schedule: everyone() });
    expect(modelsIn(scheduled.facts)).toEqual(modelsIn(twin.facts));
  });

  it.each([
    ['FedAvg', fedAvg({ localSteps: 2, uplink: overTheAir() }), 1],
    ['HierFAVG', hierFavg({ localSteps: 2, edgeRounds: 2, uplink: overTheAir() }), 3],
    ['SD-FEEL', sdFeel({ localSteps: 2, edgeRounds: 2, uplink: overTheAir() }), 3],
  ])('carries %s, and learns', async (_, algorithm, edgeServers) => {
    const { summary, cause, facts } = await run({
      ...{ algorithm, topology: federation({ clients: CLIENTS, edgeServers }), until: { rounds: 6 } },
    });
    expect([cause, summary.rounds]).toEqual(['rounds', 6]);
    expect(summary.accuracy.final).toBeGreaterThan(0.4);
    expect(of(facts, 'aggregate.received')).toHaveLength(6 * edgeServers);
    expect(of(facts, 'update.received').filter(({ from }) => String(from).startsWith('client'))).toEqual([]);
  });

  it('takes D / B seconds, however many send', async () => {
    for (const cohort of [1, CLIENTS]) {
      const { facts } = await run({ schedule: random({ cohort }) });
      for (const { seconds, senders } of of(facts, 'aggregate.received')) {
        expect(seconds).toBeCloseTo(SECONDS, 12);
        expect(senders).toHaveLength(cohort);
      }
      for (const fact of of(facts, 'upload.finished')) expect(fact.seconds).toBeCloseTo(SECONDS, 12);
    }
  });

  it('has the error that its noise and its draws make: D V σ² / η, and what is missing from the mean', async () => {
    const algorithm = air({ scheduling: 'after' });
    const { facts } = await run({ algorithm, schedule: random({ cohort: 4 }), until: { rounds: 30 } });
    const sums = of(facts, 'aggregate.received') as unknown as Record<string, number>[];
    // noiseError / expectedNoise is χ² with D degrees of freedom over D.
    const ratios = sums.map(({ noiseError, expectedNoise }) => (noiseError as number) / (expectedNoise as number));
    const mean = ratios.reduce((sum, each) => sum + each, 0) / ratios.length;
    expect(Math.abs(mean - 1)).toBeLessThan(3 * Math.sqrt(2 / (ENTRIES * ratios.length)));
    for (const { samplingError } of sums) expect(samplingError).toBeGreaterThan(0);
    const all = await run();
    for (const { samplingError } of of(all.facts, 'aggregate.received')) expect(samplingError).toBeCloseTo(0, 12);
  });

  it('is weaker for imperfect channel knowledge, phase and timing, under the same noise', async () => {
    const errorUnder = async (options: object) => {
      const { facts } = await run({ channel: noisy({ snrDb: 60, ...options }) });
      return of(facts, 'aggregate.received').reduce((sum, { noiseError }) => sum + (noiseError as number), 0);
    };
    const perfect = await errorUnder({});
    for (const flaw of [{ estimationError: 0.1 }, { phaseDeviation: 0.5 }, { timingSpread: 0.5 }]) {
      expect(await errorUnder(flaw)).toBeGreaterThan(5 * perfect);
    }
  });

  it('books the energy of its senders, each within its power where normalisation is strict', async () => {
    const { facts, summary } = await run({
      ...{ algorithm: air({ normalisation: 'strict' }), devices: { capacitance: 0 } },
    });
    const sums = of(facts, 'aggregate.received');
    expect(summary.energyJoules).toBeCloseTo(
      sums.reduce((sum, { joules }) => sum + (joules as number), 0),
      12,
    );
    const watts = 10 ** (23 / 10) / 1000;
    for (const { powers } of sums) {
      for (const power of powers as number[]) expect(power).toBeLessThanOrEqual(watts * (1 + 1e-12));
    }
  });

  it('is the same in any order of ties', async () => {
    const options = { schedule: random({ cohort: 5 }), algorithm: air({ scheduling: 'after' }) };
    const shuffled = await run(options, { tieBreak: (sequence) => (sequence * 7919) % 104_729 });
    expect(modelsIn(shuffled.facts)).toEqual(modelsIn((await run(options)).facts));
  });

  it('charges reports and grants where the user wants it', async () => {
    const free = await run();
    const charged = await run({ algorithm: air({ reportBits: 128 }) });
    expect(charged.summary.virtualSeconds).toBeGreaterThan(free.summary.virtualSeconds);
    expect(charged.summary.uplinkBits).toBe(3 * CLIENTS * 128);
    expect(free.summary.uplinkBits).toBe(0);
    const channel = radio({ downlink: 'broadcast', overTheAir: { bandwidth: RATE, snrDb: 20 } });
    const granting = async (grantBits: number) =>
      (await run({ channel, algorithm: air({ grantBits }) })).summary.virtualSeconds;
    expect(await granting(1e6)).toBeGreaterThan(await granting(0));
  });

  it('leaves out those in a deep fade, and lets the others’ weights grow', async () => {
    const { facts } = await run({ algorithm: air({ minimumSnrDb: 18 }) });
    const scheduled = of(facts, 'uplink.scheduled') as unknown as {
      cohort: string[];
      weights: number[];
      snrDb: number[];
    }[];
    for (const { cohort, weights, snrDb } of scheduled) {
      expect(cohort).toHaveLength(snrDb.filter((each) => each >= 18).length);
      expect(weights.reduce((sum, each) => sum + each, 0)).toBeCloseTo(1, 12);
    }
    expect(scheduled.some(({ cohort }) => cohort.length < CLIENTS)).toBe(true);
  });

  it.each([
    ['links of fixed rates', { channel: fixedRates() }, /unsupported over-the-air uplink on links of fixed rates/],
    [
      'several cells of one central server',
      { algorithm: fedAvg({ uplink: overTheAir() }), topology: federation({ clients: 12, edgeServers: 3 }) },
      /of 3 cells to one central server/,
    ],
  ])('is refused on %s', async (_, options, message) => {
    await expect(run(options)).rejects.toThrow(message);
  });
});

describe('a client that is lost', () => {
  const half = SECONDS / 2;
  const crashing = (after: number) => ({
    until: { rounds: 2 },
    *script(world: Parameters<NonNullable<ScenarioOptions['script']>>[0]) {
      yield world.after(after);
      world.crash('client-3');
    },
  });

  it('before it sends is missing from the sum', async () => {
    const { facts, summary } = await run({ ...crashing(1e-9) });
    const [first] = of(facts, 'aggregate.received');
    expect(first?.senders).not.toContain('client-3');
    expect(((first?.weights ?? []) as number[]).reduce((sum, each) => sum + each, 0)).toBeCloseTo(1, 12);
    expect(summary.rounds).toBe(2);
    expect(of(facts, 'round.closed')[0]).toMatchObject({ admitted: CLIENTS - 1, lost: 1 });
  });

  it('on the way has sent its first symbols, and the rest of its update is missing', async () => {
    const channel = noisy({ snrDb: 200 });
    const { facts, summary } = await run({ ...crashing(half), channel });
    const whole = await run({ until: { rounds: 1 }, channel });
    const [cut] = of(facts, 'aggregate.received');
    const [full] = of(whole.facts, 'aggregate.received');
    expect(cut?.senders).toContain('client-3');
    expect(full?.noiseError).toBeLessThan(1e-9);
    expect(cut?.noiseError).toBeGreaterThan(1e-6);
    expect(cut?.joules).toBeLessThan(full?.joules as number);
    expect(summary.rounds).toBe(2);
    expect(of(facts, 'upload.finished').filter(({ actor, round }) => actor === 'client-3' && round === 1)).toEqual([]);
  });

  it('behind an obstacle for a while arrives weaker for that while', async () => {
    const channel = noisy({ snrDb: 200 });
    const errorOf = async (attenuationDb: number) => {
      const { facts } = await run({
        ...{ channel, until: { rounds: 1 } },
        *script(world) {
          yield world.after(half);
          if (attenuationDb > 0) world.block('client-3', { attenuationDb, lasting: half / 2 });
        },
      });
      return of(facts, 'aggregate.received')[0]?.noiseError as number;
    };
    const [clear, weak, silent] = [await errorOf(0), await errorOf(6), await errorOf(100)];
    expect(weak).toBeGreaterThan(clear);
    expect(silent).toBeGreaterThan(weak);
  });

  it('leaves the others going, and takes part again when it is back', async () => {
    const { facts, summary } = await run({
      until: { rounds: 6 },
      *script(world) {
        yield world.after(half);
        world.crash('client-3');
        yield world.closed(3);
        world.restart('client-3');
      },
    });
    expect(summary.rounds).toBe(6);
    expect(of(facts, 'aggregate.received').at(-1)?.senders).toContain('client-3');
  });

  it('stops sending where its battery runs empty, halfway through a sum, and all it had is spent', async () => {
    const [onMains] = of((await run({ devices: { capacitance: 0 } })).facts, 'aggregate.received');
    const powers = onMains?.powers as number[];
    const most = Math.max(...powers);
    const senders = onMains?.senders as string[];
    const hungriest = senders[powers.indexOf(most)];
    const capacity = 0.5 * most * SECONDS;
    const devices = { capacitance: 0, battery: battery({ capacity }) };
    const { facts, summary } = await run({ devices, until: { rounds: 1 } });
    const [first] = of(facts, 'aggregate.received');
    const empty = of(facts, 'battery.empty').find(({ actor }) => actor === hungriest);
    expect((first?.at as number) / 1e9 - (empty?.at as number) / 1e9).toBeCloseTo(0.5 * SECONDS, 6);
    expect(first?.senders).toContain(hungriest);
    const survivors = powers.filter((power) => power <= 0.5 * most);
    expect(of(facts, 'battery.empty')).toHaveLength(CLIENTS - survivors.length);
    const spent = survivors.reduce((sum, power) => sum + power * SECONDS, 0) + (CLIENTS - survivors.length) * capacity;
    // A sender's last symbol may be cut: energy is booked by whole symbols.
    expect(Math.abs(summary.energyJoules - spent)).toBeLessThan((CLIENTS * most * SECONDS) / ENTRIES);
  });

  it('has spent what it sent, where its server crashes in mid-sum', async () => {
    const { summary } = await run({
      devices: { capacitance: 0 },
      until: { time: 1 },
      *script(world) {
        yield world.after(half);
        world.crash('edge-0');
      },
    });
    const { facts } = await run({ devices: { capacitance: 0 }, until: { rounds: 1 } });
    const whole = of(facts, 'aggregate.received')[0]?.joules as number;
    expect(summary.energyJoules / whole).toBeGreaterThan(0.45);
    expect(summary.energyJoules / whole).toBeLessThan(0.55);
  });
});
