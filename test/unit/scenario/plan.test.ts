import { describe, expect, it } from 'vitest';
import { federation, givenGraph, kRegular, line } from '../../../actors/index.ts';
import { ofdma, radio, rayleigh } from '../../../channels/index.ts';
import { fedAvg, hierFavg, sdFeel } from '../../../src/algorithms/index.ts';
import { heterogeneous, markovOnOff } from '../../../src/devices/index.ts';
import { type Problem, ScenarioError } from '../../../src/errors.ts';
import { classify, dirichlet, gaussianBlobs, mlp, sgd } from '../../../src/learning/index.ts';
import { fastest } from '../../../src/policies/index.ts';
import { checked } from '../../../src/scenario/plan.ts';
import { simulate } from '../../../src/scenario/simulate.ts';
import { study, timingStudy } from '../../support/study.ts';

/** All problems with which a scenario is refused before anything runs. */
async function problems(options: Parameters<typeof study>[0], make = timingStudy): Promise<readonly Problem[]> {
  try {
    await simulate(make(options));
  } catch (error) {
    expect(error).toBeInstanceOf(ScenarioError);
    return (error as ScenarioError).problems;
  }
  throw new Error('the scenario was accepted');
}

type Graph = ReturnType<typeof kRegular>;

const wrong = (options: unknown): Parameters<typeof study>[0] => options as Parameters<typeof study>[0];

describe('a scenario with many problems', () => {
  it('reports them all at once, each by its dotted path through parts, its value and what was expected', async () => {
    const options = wrong({
      seed: Number.NaN,
      topology: federation({ clients: 3, edgeServers: 4 }),
      channel: radio({
        access: ofdma({ bandwidth: -10e6 }),
        fading: rayleigh({ coherence: Number.NaN }),
        pathLoss: heterogeneous() as never,
        clientPower: Number.POSITIVE_INFINITY,
      }),
      backhaul: { edge: { rate: -5, lattency: 1 } },
      devices: { clock: heterogeneous({ gap: 0.5 }), availability: markovOnOff({ meanOnline: 0 }) },
      task: classify({
        dataset: gaussianBlobs({ clases: 3 } as never),
        model: mlp({ hidden: [] }),
        optimizer: sgd({ momentum: 1 }),
      }),
      algorithm: sdFeel({ localSteps: 0, exchanges: 1.5 }),
      schedule: fastest({ cohort: -1 }),
      until: { rounds: 'many' },
      colour: 'blue',
    });
    const found = await problems(options, study);
    expect(found.map(({ what }) => what).sort()).toEqual(
      [
        'invalid seed: NaN',
        'invalid topology.edgeServers: 4',
        'invalid channel.access.bandwidth: -10000000',
        'invalid channel.fading.coherence: NaN',
        'invalid channel.pathLoss: heterogeneous()',
        'invalid channel.clientPower: Infinity',
        'invalid backhaul.edge.rate: -5',
        'unknown option: "backhaul.edge.lattency"',
        'invalid devices.clock.gap: 0.5',
        'invalid devices.availability.meanOnline: 0',
        'unknown option: "task.dataset.clases"',
        'invalid task.optimizer.momentum: 1',
        'invalid algorithm.localSteps: 0',
        'invalid algorithm.exchanges: 1.5',
        'invalid schedule.cohort: -1',
        'invalid until.rounds: "many"',
        'unknown option: "colour"',
      ].sort(),
    );
    expect(new Set(found.map(({ code }) => code))).toEqual(new Set(['OPTION_INVALID', 'OPTION_UNKNOWN']));
    expect(found.filter(({ remedy }) => remedy === undefined || remedy === '')).toEqual([]);
  });

  it('names every option that is missing', async () => {
    const none = wrong({
      topology: undefined,
      channel: undefined,
      task: undefined,
      algorithm: undefined,
      until: undefined,
    });
    const found = await problems(none);
    expect(found.map(({ what }) => what)).toEqual(
      ['topology', 'channel', 'task', 'algorithm', 'until'].map((name) => `missing option: "${name}"`),
    );
    expect(new Set(found.map(({ code }) => code))).toEqual(new Set(['OPTION_MISSING']));
  });
});

describe('a topology that cannot be', () => {
  it.each<[string, Graph, RegExp, number]>([
    [
      'a degree as great as the number of edge servers',
      kRegular({ degree: 4 }),
      /invalid degree: 4 among 4 edge servers/,
      4,
    ],
    ['an odd degree among an odd number', kRegular({ degree: 3 }), /degree/, 5],
    [
      'links that leave someone out',
      givenGraph({
        edges: [
          [0, 1],
          [2, 3],
        ],
      }),
      /edge server|reach|connect/,
      4,
    ],
    [
      'a link to a server that there is not',
      givenGraph({
        edges: [
          [0, 1],
          [1, 2],
          [2, 3],
          [3, 7],
        ],
      }),
      /7/,
      4,
    ],
  ])('is refused for %s', async (_name, graph, what, edgeServers) => {
    const found = await problems({ topology: federation({ clients: 10, edgeServers, graph }) });
    expect(new Set(found.map(({ code }) => code))).toEqual(new Set(['TOPOLOGY_INVALID']));
    expect(found.map((each) => each.what).join('\n')).toMatch(what);
  });

  it('is refused for an association that leaves a server alone or names one that there is not', async () => {
    const association = () => [0, 0, 0, 0, 0, 9];
    const found = await problems({ topology: federation({ clients: 6, edgeServers: 2, graph: line(), association }) });
    expect(found.map(({ what }) => what)).toEqual([
      'invalid association: client 5 got server 9',
      'invalid association: edge server 1 got no client',
    ]);
  });
});

describe('checked', () => {
  it('refuses what was not made by scenario()', () => {
    expect(() => checked({ options: {} } as never)).toThrow(
      /invalid scenario; make it with scenario\(\{ … \}\).*SCENARIO_INVALID/,
    );
  });

  it('fills in defaults, and leaves what was given', () => {
    const { seed, evaluate, targets, backhaul, devices } = checked(
      study({ backhaul: { edge: { rate: 1e6 } }, algorithm: hierFavg() }),
    );
    expect({ seed, evaluate, targets }).toEqual({
      seed: 1,
      evaluate: { servers: false },
      targets: [0.5, 0.6, 0.7, 0.8, 0.9],
    });
    expect(backhaul).toMatchObject({
      edge: { rate: 1e6, latency: 0, shared: true },
      cloud: { rate: 5e6, latency: 0, shared: true },
    });
    expect(devices).toMatchObject({ passes: 1, capacitance: 1e-28 });
  });
});

// Passes of ⌈n / 10⌉ batches: clients with more samples work longer.
it('turns passes over a client’s samples into local steps', async () => {
  const task = classify({
    dataset: gaussianBlobs({ trainPerClass: 40, testPerClass: 10 }),
    split: dirichlet({ alpha: 0.5 }),
    batchSize: 10,
  });
  const algorithm = fedAvg({ localEpochs: 1.5 });
  const { trace } = await simulate(study({ task, algorithm, until: { rounds: 2 } }));
  const events = trace.slice(1).map((line) => JSON.parse(line));
  const trained = events.filter(({ kind }) => kind === 'training.finished');
  expect(new Set(trained.map(({ samples }) => samples)).size).toBeGreaterThan(1);
  for (const { samples, localSteps } of trained) {
    const batch = Math.min(10, samples);
    expect(localSteps).toBe(Math.ceil(samples / batch) + Math.ceil((0.5 * samples) / batch));
  }
  await expect(problems({ algorithm: fedAvg({ localEpochs: 0 }) })).resolves.toMatchObject([
    { what: 'invalid algorithm.localEpochs: 0' },
  ]);
});
