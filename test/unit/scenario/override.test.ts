import { federation } from 'fadelab/actors';
import * as channels from 'fadelab/channels';
import { describe, expect, it } from 'vitest';
import { sdFeel } from '../../../src/algorithms/index.ts';
import { ScenarioError } from '../../../src/errors.ts';
import { classify, timingOnly } from '../../../src/learning/index.ts';
import { catalogue, override, parseOverride } from '../../../src/scenario/override.ts';
import { valueAt } from '../../../src/scenario/problems.ts';
import { scenario } from '../../../src/scenario/scenario.ts';

const parts = catalogue(channels);
const base = scenario({
  name: 'base',
  topology: federation({ clients: 8, edgeServers: 2 }),
  channel: channels.radio({ fading: channels.rayleigh({ coherence: 0.2 }) }),
  task: timingOnly(),
  algorithm: sdFeel(),
  until: { rounds: 3 },
  targets: [0.5, 0.7],
});
const set = (...texts: string[]) => override(base, texts.map(parseOverride), parts).options;
const at = (path: string, ...texts: string[]) => valueAt(set(...texts), path.split('.'));

const messages = (act: () => unknown): string[] => {
  try {
    act();
  } catch (error) {
    if (error instanceof ScenarioError) return error.problems.map(({ what, remedy }) => `${what}; ${remedy}`);
  }
  return [];
};

describe('parseOverride', () => {
  it('splits at the first equals sign', () => {
    expect(parseOverride(' a.b = x=y ')).toEqual({ path: 'a.b', value: 'x=y' });
  });

  it('refuses what has no key or no equals sign', () => {
    expect(() => parseOverride('clients')).toThrow(/write key=value/);
    expect(() => parseOverride('=3')).toThrow(ScenarioError);
  });
});

describe('override', () => {
  it('replaces an option by its full path and leaves the base as it was', () => {
    expect(at('until.rounds', 'until.rounds=20')).toBe(20);
    expect(valueAt(base.options, ['until', 'rounds'])).toBe(3);
  });

  it('finds where an option of a part lies alone', () => {
    expect(at('topology.clients', 'clients=100')).toBe(100);
  });

  it('swaps a part by its name and keeps the options that both have', () => {
    const fading = at('channel.fading', 'channel.fading=rician');
    expect(fading).toMatchObject({ name: 'rician', options: { coherence: 0.2 } });
  });

  it('sets the air and the wires together by a preset’s name, and reaches into them after that', () => {
    const { channel, backhaul } = channels.relay();
    expect(set('links=relay')).toMatchObject({ channel: { options: channel.options }, backhaul });
    expect(set('links=hier-like', 'links=relay')).toEqual(set('links=relay'));
    const changed = set('links=relay', 'channel.uplink=2e6', 'backhaul.edge.latency=0.01');
    expect(changed.channel).toMatchObject({ name: 'fixed-rates', options: { uplink: 2e6, clientToCloud: 'relay' } });
    expect(changed.backhaul).toEqual({ ...backhaul, edge: { ...backhaul.edge, latency: 0.01 } });
    expect(messages(() => set('links=fibre'))).toEqual(['unknown links: "fibre"; choose one of hier-like, relay']);
  });

  it('reaches options of a part that was swapped just before', () => {
    expect(at('channel.fading.kFactor', 'channel.fading=rician', 'channel.fading.kFactor=9')).toBe(9);
  });

  it('makes objects on the way to an option that nobody has set', () => {
    expect(at('backhaul.edge.latency', 'backhaul.edge.latency=.25')).toBe(0.25);
  });

  it('keeps the default part above an option that is set in it', () => {
    expect(at('channel.access', 'channel.access.bandwidth=-1')).toMatchObject({
      name: 'ofdma',
      options: { bandwidth: -1 },
    });
    expect(at('devices.clock', 'devices.clock.macsPerSecond=5')).toMatchObject({
      name: 'homogeneous',
      options: { macsPerSecond: 5 },
    });
  });

  it('reads a number as a number where the option shares its name with a kind of part', () => {
    expect(at('backhaul.edge.rate', 'backhaul.edge.rate=1e6')).toBe(1e6);
  });

  it('takes one of an option’s words where the option shares its name with a kind of part', () => {
    const learning = scenario({ ...base.options, task: classify() });
    const loss = (text: string) =>
      valueAt(override(learning, [parseOverride(`task.loss=${text}`)], parts).options, ['task', 'loss']);
    expect(loss('meanSquaredError')).toBe('meanSquaredError');
    // What is no such word is refused by the check of the task, which knows them all.
    expect(loss('none')).toBe('none');
    expect(at('channel.loss', 'channel.loss=transfer-erasure')).toMatchObject({ kind: 'loss' });
  });

  it('replaces one entry of a list, or all of it', () => {
    expect(at('targets', 'targets.1=0.9')).toEqual([0.5, 0.9]);
    expect(at('targets', 'targets=[0.25]')).toEqual([0.25]);
  });

  it('reads NaN and Infinity as such, for the check that follows to refuse', () => {
    expect(at('seed', 'seed=NaN')).toBeNaN();
    expect(at('seed', 'seed=-Infinity')).toBe(Number.NEGATIVE_INFINITY);
  });

  it('reports all problems at once, with what may have been meant', () => {
    expect(messages(() => set('clints=3', 'channel.fading=ricean', 'toString=1'))).toEqual([
      'unknown option: "clints"; did you mean clients?',
      expect.stringMatching(/^unknown fading: "ricean"; choose one of .*rician/),
      expect.stringMatching(/^unknown option: "toString"/),
    ]);
  });
});
