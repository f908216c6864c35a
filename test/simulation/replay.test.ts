/**
 * Goal: a recorded run can be made again from its trace alone, and no altered trace passes. Method: run each kind of study,
 * replay it without training, compare; then change one thing at a time and look at where the replay stops.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { radio } from '../../channels/index.ts';
import { poFlMnist } from '../../scenarios/po-fl.ts';
import { quickstart } from '../../scenarios/quickstart.ts';
import { asyncSdFeel, fedAsync, fedAvg, hierFavg } from '../../src/algorithms/index.ts';
import { overTheAir } from '../../src/policies/index.ts';
import { inlinePool } from '../../src/runtime/inline-pool.ts';
import { replay } from '../../src/scenario/replay.ts';
import type { Scenario } from '../../src/scenario/scenario.ts';
import { scenario as scenarioOf } from '../../src/scenario/scenario.ts';
import { simulate } from '../../src/scenario/simulate.ts';
import { openTrace } from '../../src/trace/reader.ts';
import { sealed } from '../../src/trace/seal.ts';
import { study, timingStudy } from '../support/study.ts';

const stories: Readonly<Record<string, Scenario>> = {
  'SD-FEEL with faults': study({
    *script(world) {
      yield world.closed(1);
      world.crash('edge-1');
      world.slow('client-3', { factor: 10 });
      yield world.after(0.5);
      world.restart('edge-1');
    },
  }),
  'SD-FEEL with each server scored, inside rounds': study({ evaluate: { everySteps: 2, servers: true } }),
  FedAvg: study({ algorithm: fedAvg({ localSteps: 2 }) }),
  HierFAVG: study({ algorithm: hierFavg({ localSteps: 2 }) }),
  'asynchronous SD-FEEL': study({ algorithm: asyncSdFeel() }),
  FedAsync: study({ algorithm: fedAsync() }),
  'PO-FL, over the air': scenarioOf({ ...poFlMnist.options, until: { rounds: 3 } }),
  'sums in the air under HierFAVG': study({
    algorithm: hierFavg({ localSteps: 2, uplink: overTheAir() }),
    channel: radio({ overTheAir: { bandwidth: 1e5, snrDb: 20 } }),
  }),
  'times alone': timingStudy(),
  'the quickstart, shortened': scenarioOf({ ...quickstart.options, until: { rounds: 6 } }),
};

/** No step may run. */
const idle = { ...inlinePool(), run: () => Promise.reject(new Error('a replay trained')) };

describe('a replay', { timeout: 180_000 }, () => {
  it.each(Object.entries(stories))('repeats every event of %s without training', async (_, story) => {
    const run = await simulate(story, { backend: 'wasm' });
    const again = await replay(openTrace(run.trace), { scenario: story, pool: idle });
    expect(again.divergence).toBeUndefined();
    expect(again.events).toBe(run.trace.length - 1);
    expect(again.simulation?.summary.fingerprint).toEqual(run.summary.fingerprint);
    expect(again.simulation?.scores).toEqual(run.scores);
  });

  it('repeats a run with another seed and end, and trains again where that is asked for', async () => {
    const run = await simulate(study(), { seed: 5, until: 1, backend: 'wasm' });
    const again = await replay(openTrace(run.trace), { scenario: study(), recompute: true });
    expect(again.divergence).toBeUndefined();
  });

  it('shows every actor at an instant', async () => {
    const { trace } = await simulate(study(), { backend: 'wasm' });
    const times = trace.slice(1).map((text) => (JSON.parse(text) as { at: number }).at);
    const instant = times[Math.floor(times.length / 2)] as number;
    const paused = await replay(openTrace(trace), { scenario: study(), until: instant / 1e9 });
    expect(paused.events).toBe(times.filter((at) => at <= instant).length);
    expect(paused.actor('client-3').state).toMatchObject({ connection: 'online' });
    expect(paused.actor('edge-0').state).toEqual(expect.any(String));
  });
});

describe('an altered trace', () => {
  const recorded = simulate(study(), { backend: 'wasm' });
  const again = (lines: readonly string[]) => replay(openTrace(lines), { scenario: study() });

  it('is refused at exactly the line in which anything was changed, that was moved, or that is missing', async () => {
    const { trace } = await recorded;
    const change = fc.constantFrom('character', 'number', 'swap', 'cut', 'twice');
    const place = fc.integer({ min: 1, max: trace.length - 2 });
    await fc.assert(
      fc.asyncProperty(change, place, fc.nat(), fc.integer({ min: 33, max: 126 }), async (what, at, spot, code) => {
        const lines = [...trace];
        const [here, next] = [lines[at] as string, lines[at + 1] as string];
        const column = spot % here.length;
        if (what === 'character') {
          lines[at] = here.slice(0, column) + String.fromCharCode(code) + here.slice(column + 1);
        } else if (what === 'number') lines[at] = here.replace(/\d+/, (digits) => String(Number(digits) + 1));
        else if (what === 'swap') [lines[at], lines[at + 1]] = [next, here];
        else lines.splice(at, what === 'cut' ? 1 : 0, ...(what === 'cut' ? [] : [lines[at - 1] as string]));
        fc.pre(lines[at] !== here);
        await expect(again(lines)).rejects.toThrow(`invalid trace: line ${at + 1} was altered, or lines before it`);
      }),
      { numRuns: 60 },
    );
  });

  it('is refused at its header where that was changed', async () => {
    const { trace } = await recorded;
    const lines = trace.with(0, (trace[0] as string).replace(/"seed":\d+/, '"seed":77'));
    expect(lines[0]).not.toBe(trace[0]);
    expect(() => openTrace(lines)).toThrow('line 1 was altered');
  });

  it('of an unknown schema gets a plain refusal', async () => {
    const { trace } = await recorded;
    const lines = trace.with(0, (trace[0] as string).replace('"schema":3', '"schema":99'));
    expect(() => openTrace(lines)).toThrow(/unsupported schema of a trace: 99.*\[TRACE_INVALID\]/);
  });
});

describe('a trace that was altered and given new checksums', () => {
  const recorded = simulate(study(), { backend: 'wasm' });
  const stopsAt = async (lines: readonly string[]) =>
    (await replay(openTrace(sealed(lines)), { scenario: study() })).divergence?.index;

  it('is refused at exactly the line in which a number was changed, two were swapped, or one is missing', async () => {
    const { trace } = await recorded;
    const place = fc.integer({ min: 1, max: trace.length - 2 });
    const change = fc.constantFrom('number', 'swap', 'cut');
    await fc.assert(
      fc.asyncProperty(place, change, async (at, what) => {
        const lines = [...trace];
        const [here, next] = [lines[at] as string, lines[at + 1] as string];
        if (what === 'number') lines[at] = here.replace(/"at":(\d+)/, (_, t: string) => `"at":${Number(t) + 1}`);
        else if (what === 'swap') [lines[at], lines[at + 1]] = [next, here];
        else lines.splice(at, 1);
        fc.pre(lines[at] !== here);
        expect(await stopsAt(lines)).toBe(at - 1);
      }),
      { numRuns: 25 },
    );
  });

  it('is refused where a loss or a digest that a step returned was changed, and is used later', async () => {
    const { trace } = await recorded;
    const at = trace.findIndex((text) => text.includes('"kind":"update.received"'));
    const lines = trace.with(at, (trace[at] as string).replace(/"loss":[\d.]+/, '"loss":1'));
    expect(await stopsAt(lines)).toBe(at - 1);
    const changed = trace.with(at, (trace[at] as string).replace(/"model":"..../, '"model":"0000'));
    expect(await stopsAt(changed)).toBe(at - 1);
  });

  it('is refused where the score of a model was changed, if it is trained again', async () => {
    const { trace } = await recorded;
    const at = trace.findIndex((text) => text.includes('"kind":"model.evaluated"'));
    const lines = sealed(trace.with(at, (trace[at] as string).replace(/"loss":[\d.]+/, '"loss":1')));
    expect(await stopsAt(lines)).toBeUndefined();
    const { divergence } = await replay(openTrace(lines), { scenario: study(), recompute: true });
    expect(divergence?.index).toBe(at - 1);
  });

  it('is refused where its last event is missing, or one more was added', async () => {
    const { trace } = await recorded;
    expect(await stopsAt(trace.slice(0, -1))).toBe(trace.length - 2);
    expect(await stopsAt([...trace, trace.at(-1) as string])).toBe(trace.length - 1);
  });

  it('is refused before anything runs where its scenario has other options', async () => {
    const { trace } = await recorded;
    const other = replay(openTrace(trace), { scenario: study({ algorithm: fedAvg() }) });
    await expect(other).rejects.toThrow('recorded with another options.algorithm');
  });
});
