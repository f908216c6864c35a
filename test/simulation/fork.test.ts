/**
 * Goal: a fork is the recorded run up to an instant and another policy in the same world after it. Method: fork runs at
 * several instants, and compare lines before and draws after.
 */
import { describe, expect, it } from 'vitest';
import { asyncSdFeel } from '../../src/algorithms/index.ts';
import { random } from '../../src/policies/index.ts';
import { branched, fork } from '../../src/scenario/fork.ts';
import { replay } from '../../src/scenario/replay.ts';
import { simulate } from '../../src/scenario/simulate.ts';
import { diffTraces } from '../../src/trace/diff.ts';
import { openTrace } from '../../src/trace/reader.ts';
import { sealed } from '../../src/trace/seal.ts';
import { study } from '../support/study.ts';

const scenario = study({ seed: 4 });
const recorded = simulate(scenario, { backend: 'wasm' });
const instantOf = (text: string) => (JSON.parse(text) as { at: number }).at;

describe('a fork', () => {
  it('at 0 or later with nothing changed is the recorded run', async () => {
    const { trace, summary } = await recorded;
    const middle = instantOf(trace[trace.length >> 1] as string) / 1e9;
    for (const at of [0, middle]) {
      const same = await fork(openTrace(trace), { scenario, at });
      expect(same.summary.fingerprint).toEqual(summary.fingerprint);
    }
  });

  it('keeps every event before the instant, and then follows the other policy', async () => {
    const { trace } = await recorded;
    const at = instantOf(trace[trace.length >> 1] as string);
    const branch = await fork(openTrace(trace), {
      scenario,
      at: at / 1e9,
      set: ['schedule=random', 'schedule.cohort=2'],
    });
    const { first } = diffTraces(openTrace(trace), openTrace(branch.trace));
    expect(instantOf(first?.a as string)).toBeGreaterThanOrEqual(at);
    const cohorts = (lines: readonly string[]) =>
      [...openTrace(lines).of('cohort.scheduled')].map((event) => [event.at < at, (event.cohort as string[]).length]);
    expect(new Set(cohorts(branch.trace).map(String))).toEqual(new Set(['true,5', 'false,2']));
  });

  it('takes a policy as a value, and another end', async () => {
    const { trace } = await recorded;
    const branch = await fork(openTrace(trace), {
      ...{ scenario, at: 0.001, schedule: random({ cohort: 1 }), set: ['until.rounds=6'] },
    });
    expect(branch.summary.rounds).toBe(6);
  });

  it('may wait, weigh and age otherwise from an instant on, and is replayed with that', async () => {
    const { trace } = await recorded;
    const at = instantOf(trace[trace.length >> 1] as string) / 1e9;
    const set = ['algorithm.pacing=quorum', 'algorithm.pacing.updates=2', 'algorithm.aggregation=uniform'];
    const branch = await fork(openTrace(trace), { scenario, at, set });
    const admitted = [...openTrace(branch.trace).of('round.closed')].map((event) => [
      event.at / 1e9 < at || event.round === 2,
      event.admitted,
    ]);
    expect(new Set(admitted.map(String))).toEqual(new Set(['true,5', 'false,2']));
    const again = await replay(openTrace(branch.trace), { scenario: await branched(scenario, { at, set }) });
    expect([again.divergence, again.events]).toEqual([undefined, branch.summary.events]);
  });

  it('of an asynchronous run may forget faster from an instant on', async () => {
    const slow = study({ algorithm: asyncSdFeel(), until: { rounds: 4 }, seed: 4 });
    const { trace, summary } = await simulate(slow, { backend: 'wasm' });
    const at = instantOf(trace[trace.length >> 1] as string) / 1e9;
    const branch = await fork(openTrace(trace), { scenario: slow, at, set: ['algorithm.staleness=constant'] });
    const mixed = (lines: readonly string[]) => [...openTrace(lines).of('models.mixed')];
    const changed = mixed(branch.trace).filter((event, index) => {
      const was = mixed(trace)[index];
      return JSON.stringify(was?.weights) !== JSON.stringify(event.weights);
    });
    expect(changed.length).toBeGreaterThan(0);
    expect(changed.every((event) => event.at / 1e9 >= at)).toBe(true);
    expect(branch.summary.fingerprint.order).toBe(summary.fingerprint.order);
  });

  it('names everything that can not change in the middle of a run', async () => {
    const { trace } = await recorded;
    const set = ['algorithm.edgeRounds=2', 'algorithm.mixing=metropolis', 'devices.passes=3'];
    const refused = fork(openTrace(trace), { scenario, at: 1, set });
    await expect(refused).rejects.toThrow(
      /: devices \(fork\)[\s\S]*: algorithm\.edgeRounds \(fork\)[\s\S]*: algorithm\.mixing \(fork\); change schedule, until, targets, algorithm\.pacing/,
    );
  });

  it('refuses to change the world in the middle of a run, and a record that is not of this run', async () => {
    const { trace } = await recorded;
    const other = fork(openTrace(trace), { scenario, at: 1, set: ['algorithm=fed-avg', 'clients=10'] });
    await expect(other).rejects.toThrow(/unsupported change in the middle of a run: topology[\s\S]*: algorithm/);
    const altered = sealed(trace.with(9, (trace[9] as string).replace(/"at":\d+/, '"at":1')));
    await expect(fork(openTrace(altered), { scenario, at: 1 })).rejects.toThrow('[TRACE_DIVERGED]');
  });

  it('at 0 changes anything, and can be replayed itself', async () => {
    const { trace } = await recorded;
    const branch = await fork(openTrace(trace), { scenario, set: ['algorithm=hier-favg', 'until.rounds=2'] });
    expect(branch.summary.rounds).toBe(2);
    const again = replay(openTrace(branch.trace), { scenario });
    await expect(again).rejects.toThrow('recorded with another options');
  });
});
