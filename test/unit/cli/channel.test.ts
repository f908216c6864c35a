import { describe, expect, it } from 'vitest';
import { federation } from '../../../actors/index.ts';
import * as channels from '../../../channels/index.ts';
import { fedAvg } from '../../../src/algorithms/index.ts';
import { aircomp } from '../../../src/cli/channel-aircomp.ts';
import { fading } from '../../../src/cli/channel-fading.ts';
import { findPart, readNumbers } from '../../../src/cli/channel-options.ts';
import { pathLoss } from '../../../src/cli/channel-path-loss.ts';
import { rateOf } from '../../../src/cli/channel-rate.ts';
import { ScenarioError } from '../../../src/errors.ts';
import { timingOnly } from '../../../src/learning/index.ts';
import { catalogue } from '../../../src/scenario/override.ts';
import { scenario } from '../../../src/scenario/scenario.ts';

const parts = catalogue(channels);
const SIGMAS = 5;

/** What a verb prints, line by line. */
function printed(verb: (to: Parameters<typeof pathLoss>[1]) => number): string[] {
  const lines: string[] = [];
  const code = verb({ width: 80, print: (line) => void lines.push(line), say: () => {} });
  expect(code).toBe(0);
  return lines;
}

const json = (verb: Parameters<typeof printed>[0]) => {
  const lines = printed(verb);
  expect(lines).toHaveLength(1);
  return JSON.parse(lines[0] as string);
};

/** What a verb finds wrong. */
function problems(verb: Parameters<typeof printed>[0]): string[] {
  try {
    printed(verb);
  } catch (error) {
    if (error instanceof ScenarioError) return error.problems.map(({ what }) => what);
    throw error;
  }
  return [];
}

describe('fadelab channel path-loss', () => {
  const verb = (options: Parameters<typeof pathLoss>[0]) => (to: Parameters<typeof pathLoss>[1]) =>
    pathLoss(options, to, parts);

  it('prints each distance with its loss', () => {
    const model = {
      model: 'umi',
      distance: '10,100,1000',
      frequency: '5e9',
      bsHeight: '10',
      utHeight: '1.5',
      json: true,
    };
    const los = json(verb({ ...model, sight: 'los' }));
    expect(Object.keys(los)).toEqual(['10', '100', '1000']);
    // The losses that ns-3 tabulates.
    expect(los['100']).toBeCloseTo(88.4122, 4);
    expect(json(verb({ ...model, sight: 'nlos' }))['1000']).toBeCloseTo(143.1886, 4);
  });

  it('weighs both branches by the probability of line of sight in mixed sight', () => {
    const at = (sight: string) => json(verb({ model: 'umi-street', distance: '50', sight, json: true }))['50'];
    const probability = 0.36 + 0.64 * Math.exp(-50 / 36);
    expect(at('mixed')).toBeCloseTo(probability * at('los') + (1 - probability) * at('nlos'), 9);
  });

  it('takes options of the model itself', () => {
    const loss = json(
      verb({
        model: 'log',
        set: ['exponent=4', 'referenceLossDb=40'],
        distance: '10',
        json: true,
        bsHeight: '2',
        utHeight: '2',
      }),
    );
    expect(loss['10']).toBeCloseTo(80, 9);
  });

  it('shows people a table and a chart, none wider than the terminal', () => {
    const lines = printed(verb({ model: 'rma', bsHeight: '35' }));
    for (const part of ['rma at 3.50 GHz', 'line of sight', '1.00 km', 'path loss [dB]', '┤']) {
      expect(lines.join('\n')).toContain(part);
    }
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  it('says all that is wrong at once', () => {
    expect(problems(verb({ model: 'free', sight: 'los', distance: '10,x,-1', frequency: '0' }))).toEqual([
      'invalid --distance: x',
      'invalid --distance: -1',
      'invalid --frequency: 0',
      'unsupported --sight: free-space knows no line of sight',
    ]);
    expect(problems(verb({ sight: 'maybe' }))).toEqual(['invalid sight: "maybe"']);
    expect(problems(verb({ model: 'free', set: ['exponent=3'] }))).toEqual(['unknown option: "exponent"']);
  });
});

describe('fadelab channel fading', () => {
  const verb = (options: Parameters<typeof fading>[0]) => (to: Parameters<typeof fading>[1]) =>
    fading(options, to, parts);
  const SAMPLES = 40_000;

  it('gives the moments, quantiles and outage of Rayleigh fading', () => {
    const found = json(verb({ samples: String(SAMPLES), snrDb: '10', rate: '2', json: true }));
    expect(found).toMatchObject({ model: 'rayleigh', samples: SAMPLES, seed: 1, options: { coherence: 0.05 } });
    // E gⁿ = n!, with variance (2n)! − n!².
    for (const [n, moment, square] of [
      [1, 1, 2],
      [2, 2, 24],
      [3, 6, 720],
      [4, 24, 40_320],
    ] as const) {
      const tolerance = SIGMAS * Math.sqrt((square - moment ** 2) / SAMPLES);
      expect(Math.abs(found.moments[n] - moment)).toBeLessThan(tolerance);
    }
    // A sample quantile deviates by √(p (1 − p) / n) over the density, 1 − p.
    for (const p of [0.1, 0.5, 0.9]) {
      expect(Math.abs(found.quantiles[p] + Math.log(1 - p))).toBeLessThan(SIGMAS * Math.sqrt(p / (1 - p) / SAMPLES));
    }
    const outage = 1 - Math.exp(-3 / 10);
    expect(found.outage.threshold).toBeCloseTo(0.3, 12);
    expect(Math.abs(found.outage.probability - outage)).toBeLessThan(
      SIGMAS * Math.sqrt((outage * (1 - outage)) / SAMPLES),
    );
  });

  it('has letters for what distributions are known by, and the same numbers for a seed', () => {
    const rician = json(verb({ model: 'rician', k: '3', samples: '5000', seed: '4', json: true }));
    expect(rician.options.kFactor).toBe(3);
    expect(json(verb({ model: 'rician', k: '3', samples: '5000', seed: '4', json: true }))).toEqual(rician);
    expect(json(verb({ model: 'rician', k: '3', samples: '5000', seed: '5', json: true })).mean).not.toBe(rician.mean);
    expect(json(verb({ model: 'nakagami', m: '4', samples: '20000', json: true })).variance).toBeCloseTo(0.25, 1);
  });

  it('draws each link of a model with memory anew', () => {
    for (const model of ['clarke', 'gauss-markov', 'maximum-ratio']) {
      const { mean, variance } = json(verb({ model, samples: '20000', json: true }));
      const expected = model === 'maximum-ratio' ? 2 : 1;
      expect(Math.abs(mean - expected)).toBeLessThan(SIGMAS * Math.sqrt(expected / 20_000));
      expect(Math.abs(variance / expected - 1)).toBeLessThan(0.15);
    }
  });

  it('shows people a table and a distribution, and no chart of a gain that never changes', () => {
    expect(printed(verb({ samples: '2000' })).join('\n')).toMatch(/outage +0\.\d+ at 10 dB and 1 bit\/s\/Hz[\s\S]*┤/);
    expect(printed(verb({ model: 'none', samples: '10' })).join('\n')).not.toContain('┤');
  });

  it('refuses what a model has not, and too few or too many samples', () => {
    expect(problems(verb({ k: '5', samples: '1' }))).toEqual([
      'invalid --samples: 1',
      'unsupported --k: rayleigh has no kFactor',
    ]);
    expect(problems(verb({ model: 'rician', k: '-1' }))).toEqual(['invalid kFactor: -1']);
  });
});

describe('fadelab channel rate', () => {
  const radio = channels.radio({
    pathLoss: channels.freeSpace(),
    access: channels.orthogonal({ bandwidth: 2e6 }),
    noise: channels.thermal({ noiseFigureDb: 0 }),
    serverHeight: 1.5,
    clientPower: 0,
  });
  const study = scenario({
    ...{ name: 'study', seed: 3, topology: federation({ clients: 2, edgeServers: 1 }), algorithm: fedAvg() },
    ...{ task: timingOnly(), until: { rounds: 1 }, channel: radio },
  });
  const verb =
    (options: Parameters<typeof rateOf>[1], of = study) =>
    (to: Parameters<typeof rateOf>[2]) =>
      rateOf(of, options, to, parts);

  it('has the outage of Rayleigh fading at the distance where it can be reckoned', () => {
    const SAMPLES = 20_000;
    const { bandwidth, points } = json(verb({ distance: '1000', rate: '3', samples: String(SAMPLES), json: true }));
    expect(bandwidth).toBe(2e6);
    // 0 dBm − 103.329 dB − (−174 dBm/Hz + 63.0103 dB) = 7.6614 dB over 2 MHz, 1 km in free space at 3.5 GHz.
    const snr = 10 ** (0.1 * (174 - 63.0103 - (92.44778 + 20 * Math.log10(3.5))));
    const outage = 1 - Math.exp(-7 / snr);
    expect(Math.abs(points[0].outage - outage)).toBeLessThan(SIGMAS * Math.sqrt((outage * (1 - outage)) / SAMPLES));
  });

  it('spans the cell and falls with distance, for people too', () => {
    const { points } = json(verb({ samples: '500', json: true }));
    expect(points).toHaveLength(12);
    expect([points[0].distance, points[11].distance]).toEqual([10, 250]);
    const means = points.map(({ rate }: { rate: { mean: number } }) => rate.mean);
    expect(means).toEqual(means.toSorted((a: number, b: number) => b - a));
    const lines = printed(verb({ samples: '100' }));
    for (const part of ['study: a client alone in its cell, 2.00 MHz', 'mean rate [Mbit/s]', '┤']) {
      expect(lines.join('\n')).toContain(part);
    }
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  it('takes overrides of the scenario', () => {
    const still = json(verb({ set: ['channel.fading=none'], distance: '100', samples: '50', json: true })).points[0]
      .rate;
    expect(still.p5).toBe(still.p95);
  });

  it('has nothing to say of given rates', () => {
    expect(problems(verb({ set: ['channel=fixed-rates'] }))).toEqual([
      'unsupported channel: its rates are given, and hold at every distance',
    ]);
  });
});

describe('fadelab channel aircomp', () => {
  const verb = (options: Parameters<typeof aircomp>[0]) => (to: Parameters<typeof aircomp>[1]) =>
    aircomp(options, to, parts);
  const given = { gains: '0.3,0.6,0.9', power: '1', noise: '0.1', json: true };

  it('gives scaling and error under each control', () => {
    const inverted = json(verb({ ...given, control: 'inversion' }));
    expect(inverted.denoisingFactor).toBeCloseTo(0.3, 12);
    expect(inverted.meanSquaredError).toBeCloseTo(1 / 3, 12);
    expect(inverted.meanSquaredErrorOfMean).toBeCloseTo(1 / 27, 12);
    expect(inverted.received).toEqual([1, 1, 1].map((each) => expect.closeTo(each, 12)));
    const truncated = json(verb({ ...given, control: 'truncated', threshold: '0.5' }));
    expect(truncated.meanSquaredError).toBeCloseTo(1 + 0.1 / 0.6, 12);
    expect(json(verb({ ...given, control: 'optimal' })).meanSquaredError).toBeCloseTo(0.25, 12);
  });

  it('shows people what each client does', () => {
    const text = printed(verb({ control: 'optimal' })).join('\n');
    for (const part of ['optimal control of 3 clients', '0.7500 of 1', '█', 'denoising factor η', '0.250000']) {
      expect(text).toContain(part);
    }
  });

  it('wants a value for all or one for each', () => {
    expect(problems(verb({ ...given, power: '1,2' }))).toEqual(['invalid --power: 2 values for 3 gains']);
    expect(problems(verb({ ...given, gains: '0', threshold: '1' }))).toEqual([
      'invalid --gains: 0',
      'unsupported --threshold: optimal has none',
    ]);
  });
});

describe('the options of fadelab channel', () => {
  it('find a part by a beginning that is its own', () => {
    expect(findPart(parts, 'pathLoss', 'inh', 'model').partName).toBe('inh-office');
    expect(findPart(parts, 'rate', 'outage', 'model').partName).toBe('outage');
    expect(() => findPart(parts, 'pathLoss', 'um', 'model')).toThrow(
      /ambiguous --model: "um"; choose one of uma, umi-street/,
    );
    expect(() => findPart(parts, 'fading', 'raleigh', 'model')).toThrow(/did you mean rayleigh\?/);
    expect(() => findPart(parts, 'fading', '', 'model')).toThrow(/unknown --model: ""; choose one of/);
  });

  it('take numbers as people write them, and no others', () => {
    const read = readNumbers({ some: '1e3,.5', other: '' });
    expect(read.list('some', [], {})).toEqual([1000, 0.5]);
    expect(read.number('missing', 7, {})).toBe(7);
    read.number('other', 1, { above: 0, most: 9, whole: true });
    expect(() => read.done()).toThrow(
      'invalid --other: ""; give a whole number above 0 and of at most 9 [OPTION_INVALID]',
    );
  });
});
