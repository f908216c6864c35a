import { describe, expect, it } from 'vitest';
import { federation } from '../../../actors/index.ts';
import { sdFeel } from '../../../src/algorithms/index.ts';
import { simulate } from '../../../src/scenario/simulate.ts';
import { timingStudy } from '../../support/study.ts';

type Study = NonNullable<Parameters<typeof timingStudy>[0]>;

const thrower = () => {
  throw new Error('no idea');
};
const cellsOf = (options: object) => ({ topology: federation({ clients: 8, edgeServers: 4, ...options }) });

// Goal: functions and objects of a user's own that are wrong are named, before anything runs or where they first answer.
describe('parts of a user’s own', () => {
  it.each<[string, Study, RegExp]>([
    [
      'an association that throws',
      cellsOf({ association: thrower }),
      /invalid association: it threw: no idea \(topology\.association, .*cells\.test\.ts/,
    ],
    ['an association without an answer', cellsOf({ association: () => undefined }), /client 0 got server undefined/],
    [
      'an association to servers there are not',
      cellsOf({ association: () => Array(8).fill(9) }),
      /client 0 got server 9/,
    ],
    ['a graph that throws', cellsOf({ graph: thrower }), /invalid graph: it threw: no idea .*TOPOLOGY_INVALID/],
    [
      'a one-sided graph',
      cellsOf({ graph: () => ({ nodes: 4, neighbours: [[1], [], [], []] }) }),
      /no symmetric lists/,
    ],
    ['a mixing that throws', { algorithm: sdFeel({ mixing: thrower }) }, /invalid mixing: it threw: no idea/],
    ['a mixing of the wrong size', { algorithm: sdFeel({ mixing: () => [[1]] }) }, /expected a matrix of 4 × 4/],
    [
      'a mixing of NaN',
      { algorithm: sdFeel({ mixing: () => Array(4).fill(Array(4).fill(Number.NaN)) }) },
      /column 0 sums to NaN/,
    ],
    [
      'a pacing that says maybe',
      { algorithm: sdFeel({ pacing: (() => 'maybe') as never }) },
      /true or false expected, got "maybe" \(edge-0, round 1/,
    ],
    [
      'weights without a finite sum',
      { algorithm: sdFeel({ aggregation: (all) => all.map(() => 1e308) }) },
      /sum of the weights is not finite/,
    ],
    [
      'a clock of NaN',
      { devices: { clock: { macsPerSecond: () => Number.NaN } } },
      /invalid clock: NaN MAC\/s \(client-0\)/,
    ],
    [
      'a straggler that ends before it starts',
      { devices: { straggler: { duration: () => -1 } } },
      /invalid straggler: -1 s \(client-0\)/,
    ],
    ['an availability without methods', { devices: { availability: {} as never } }, /expected an availability/],
    ['a task without methods', { task: {} as never }, /invalid task: \{\}; expected a task/],
    ['a topology without methods', { topology: {} as never }, /invalid topology: \{\}; expected a topology/],
    ['a channel that is no part', { channel: { type: 'fixed' } as never }, /expected a channel/],
  ])('are refused by name: %s', async (_name, options, message) => {
    await expect(simulate(timingStudy(options))).rejects.toThrow(message);
  });
});
