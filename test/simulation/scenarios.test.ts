/**
 * Goal: shipped scenarios go on telling the same story. Method: each is run shortened, on this thread, and held to stored
 * headline numbers and the fingerprint of its order, in test/golden/scenarios.json.
 *
 * After a change that is meant to show, store what is measured now, and read the difference before committing it:
 *
 *   FADELAB_UPDATE=1 npx vitest run --config test/config/vitest.config.ts test/simulation/scenarios.test.ts
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { hierLike, relay } from '../../channels/index.ts';
import { sdFeelMnist } from '../../scenarios/sd-feel-mnist.ts';
import { fedAvg, feel, hierFavg, sdFeel } from '../../src/algorithms/index.ts';
import { timingOnly } from '../../src/learning/index.ts';
import { isScenario, type Scenario, type ScenarioOptions, scenario } from '../../src/scenario/scenario.ts';
import { simulate } from '../../src/scenario/simulate.ts';

const FOLDER = new URL('../../scenarios/', import.meta.url);
const GOLDEN = fileURLToPath(new URL('../golden/scenarios.json', import.meta.url));
const isUpdate = process.env.FADELAB_UPDATE === '1';

/** Enough rounds for a story's turns, few enough for a test. A scenario that is not listed runs whole. */
const ROUNDS: Readonly<Record<string, number>> = {
  'dres-fl': 10,
  mimic: 10,
  quickstart: 20,
  'po-fl': 10,
  scfl: 10,
  'scfl-contract': 10,
  'sd-feel-cifar10-cnn': 10,
  'sd-feel-mnist': 10,
  'sd-feel-mnist-cnn': 2,
  'thousand-clients': 3,
};

/** Scenarios that would train for hours: times and messages are those of the same charges without learning. */
const UNTRAINED: Readonly<Record<string, ScenarioOptions['task']>> = {
  'sd-feel-cifar10-cnn': timingOnly({ modelBits: 187_269_440, macsPerSample: 138_402_304 }),
};

/** Another Node release may round `Math.exp` and the like otherwise, which turns fewer than 1 in 200 predictions. */
const ACCURACY = 0.005;

interface Headline {
  readonly rounds: number;
  readonly events: number;
  readonly virtualSeconds: number;
  readonly accuracy: number | null;
  readonly energyJoules: number;
  readonly uplinkBits: number;
  readonly dropouts: number;
  readonly order: string;
}

const stored = JSON.parse(readFileSync(GOLDEN, 'utf8')) as Record<string, Headline>;
const measured: Record<string, Headline> = {};
const sorted = (of: typeof measured) => Object.fromEntries(Object.entries(of).sort());

async function headline({ options }: Scenario): Promise<Headline> {
  const rounds = ROUNDS[options.name];
  const until = rounds === undefined ? options.until : { rounds };
  const task = UNTRAINED[options.name] ?? options.task;
  const { summary } = await simulate(scenario({ ...options, task, until }));
  const { events, virtualSeconds, energyJoules, uplinkBits, dropouts, accuracy, fingerprint } = summary;
  return {
    ...{ rounds: summary.rounds, events, virtualSeconds, accuracy: accuracy.final },
    ...{ energyJoules, uplinkBits, dropouts, order: fingerprint.order },
  };
}

/** To nine significant digits: the same reason. */
const near = (value: number): unknown => expect.closeTo(value, value === 0 ? 9 : 8 - Math.floor(Math.log10(value)));

const files = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.ts'))
  .sort();

/** Whole runs, on a machine that may be busy with others. */
const BUDGET = 180_000;

describe.each(files)('scenarios/%s', { timeout: BUDGET }, (file) => {
  const name = file.replace(/\.ts$/, '');

  it('opens with what it covers and its story', () => {
    const text = readFileSync(new URL(file, FOLDER), 'utf8');
    expect(text).toMatch(/^\/\*\*\n \* Covers: \S.*\n(?: \* .*\n)*? \* Scenario: \S.*\n/);
  });

  it('exports one scenario, which is named like its file, and runs as it always has', async () => {
    const exports = Object.values((await import(fileURLToPath(new URL(file, FOLDER)))) as object);
    expect(exports.map(isScenario)).toEqual([true]);
    const [only] = exports as [Scenario];
    expect(only.options.name).toBe(name);
    const found = await headline(only);
    measured[name] = found;
    if (isUpdate) return;
    expect(stored).toHaveProperty(name);
    const expected = stored[name] as Headline;
    expect(found).toEqual({
      ...expected,
      virtualSeconds: near(expected.virtualSeconds),
      energyJoules: near(expected.energyJoules),
      uplinkBits: near(expected.uplinkBits),
      accuracy:
        expected.accuracy === null
          ? null
          : expect.toSatisfy((value: number) => Math.abs(value - (expected.accuracy as number)) < ACCURACY),
    });
  }, 120_000);
});

it('has a stored headline for each scenario, and for nothing else', () => {
  if (isUpdate) writeFileSync(GOLDEN, `${JSON.stringify(sorted(measured), null, 2)}\n`);
  else expect(Object.keys(stored).sort()).toEqual(Object.keys(measured).sort());
});

// Goal: the order of the SD-FEEL papers in virtual time, on real MNIST. Method: each algorithm until 70 % or 15 rounds.
describe.each([
  ['hier-like', hierLike],
  ['relay', relay],
])('with the links of the %s preset', { timeout: BUDGET }, (_name, links) => {
  const TARGET = 0.7;
  const reach = async (algorithm: ScenarioOptions['algorithm']) => {
    const until = { rounds: 15, accuracy: TARGET };
    const { summary } = await simulate(scenario({ ...sdFeelMnist.options, ...links(), algorithm, until }));
    return summary;
  };

  it('SD-FEEL reaches its target before HierFAVG, HierFAVG before FedAvg, and FEEL falls behind', async () => {
    const times: number[] = [];
    for (const algorithm of [sdFeel({ edgeRounds: 5 }), hierFavg({ edgeRounds: 5 }), fedAvg()]) {
      times.push((await reach(algorithm)).timeToAccuracy[String(TARGET)] ?? Number.POSITIVE_INFINITY);
    }
    const [semi, hierarchical, central] = times as [number, number, number];
    expect(semi).toBeLessThan(hierarchical);
    expect(hierarchical).toBeLessThan(central);
    expect(central).toBeLessThan(Number.POSITIVE_INFINITY);
    const alone = await reach(feel());
    expect(alone.rounds).toBe(15);
    expect(alone.accuracy.best).toBeLessThan(TARGET);
    expect(alone.virtualSeconds).toBeGreaterThan(semi);
  });
});
