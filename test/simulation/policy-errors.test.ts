import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { start } from '../support/program.ts';

// Goal: whatever policy of the user's goes wrong, the message names its file, the round and the value. Method: the compiled
// program on a scenario in one file and policies in another, each wrong in one way, for every slot that takes a policy.

const BUDGET = 180_000;

const POLICIES = `
const late = (answer) => (...given) => (given[0].round < 2 ? answer.fine(...given) : answer.wrong(...given));
export const inviting = late({ fine: ({ idle }) => ({ invite: idle }), wrong: ({ idle }) => ({ invite: [...idle, idle[0]] }) });
export const weighing = late({
  fine: ({ idle }) => ({ invite: idle }),
  wrong: ({ idle }) => ({ invite: idle, weights: idle.map((_, i) => (i === 1 ? -2 : 1)) }),
});
export const throwing = ({ idle, round }) => {
  if (round === 2) throw new RangeError('out of luck');
  return { invite: idle };
};
export const pacing = late({ fine: ({ invited, received, lost }) => received + lost >= invited, wrong: () => 'maybe' });
let asked = 0;
export const aggregation = (all) => all.map(() => (++asked > 8 ? NaN : 1));
export const staleness = (age) => (age > 0 ? NaN : 1);
export const association = ({ clients }) => Array.from({ length: clients }, () => 7);
export const mixing = ({ neighbours }) => neighbours.map(() => neighbours.map(() => NaN));
export const wanted = () => ({ id: 'edge-9' });
let transfers = 0;
export const allocation = (demands) =>
  demands.map((_, i) => ({ bandwidth: ++transfers > 5 && i === 0 ? NaN : 1e5, airtime: 1 }));
export const access = { independent: false, grant: () => { throw new RangeError('no air') } };
export const control = (senders, noiseW) => ({ amplitudes: senders.map(() => -1), denoisingFactor: 1, meanSquaredError: 0 });
`;

const SCENARIOS = `
import { asyncSdFeel, feel, scenario, sdFeel } from 'fadelab';
import { overTheAir } from 'fadelab/policies';
import { federation } from 'fadelab/actors';
import { radio } from 'fadelab/channels';
import { timingOnly, classify, gaussianBlobs, softmax } from 'fadelab/learning';
import * as own from './policies.ts';

const study = (options) => scenario({
  name: 'wrong',
  topology: federation({ clients: 4, edgeServers: 2 }),
  channel: radio(),
  task: timingOnly(),
  algorithm: sdFeel({ localSteps: 2 }),
  until: { rounds: 3 },
  ...options,
});
export const inviting = study({ schedule: own.inviting });
export const weighing = study({ schedule: own.weighing });
export const throwing = study({ schedule: own.throwing });
export const pacing = study({ algorithm: sdFeel({ pacing: own.pacing }) });
export const aggregation = study({ algorithm: sdFeel({ aggregation: own.aggregation }) });
export const staleness = study({ algorithm: asyncSdFeel({ staleness: own.staleness }), until: { time: 60 } });
export const association = study({ topology: federation({ clients: 4, edgeServers: 2, association: own.association }) });
export const mixing = study({ algorithm: sdFeel({ mixing: own.mixing }) });
export const wanted = study({
  topology: federation({ clients: 4, edgeServers: 2, handover: { period: 0.001, timeToTrigger: 0, wanted: own.wanted } }),
});
export const allocation = study({ channel: radio({ access: own.allocation }) });
export const access = study({ channel: radio({ access: own.access }) });
export const control = study({
  channel: radio({ powerControl: { control: own.control }, overTheAir: { snrDb: 20 } }),
  task: classify({ dataset: gaussianBlobs({ trainPerClass: 40 }), model: softmax() }),
  algorithm: feel({ uplink: overTheAir() }),
});
`;

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'fadelab-wrong-'));
  writeFileSync(join(folder, 'policies.ts'), POLICIES);
  writeFileSync(join(folder, 'wrong.ts'), SCENARIOS);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const SERVER = 'edge-[01]';
const AT = 't = [\\d.e-]+ s';

describe('a policy that goes wrong is named with file, round and value:', { concurrent: true, timeout: BUDGET }, () => {
  it.each([
    ['inviting', `duplicate candidate: "client-\\d" \\(scheduling policy at ${SERVER}, round 2, ${AT}, policies.ts`],
    ['weighing', `invalid weights: \\[1,-2\\] \\(scheduling policy at ${SERVER}, round 2, ${AT}, policies.ts`],
    ['throwing', `it threw: out of luck \\(${SERVER}, round 2, ${AT}, policies.ts`],
    ['pacing', `pacing policy: true or false expected, got "maybe" \\(${SERVER}, round 2, ${AT}, policies.ts`],
    ['aggregation', `aggregation policy: weight 0 is NaN; .* \\(${SERVER}, round 3, ${AT}, policies.ts`],
    ['staleness', `staleness policy: .* got NaN for a staleness of [1-9]\\d* \\(round \\d+, ${AT}, policies.ts`],
    ['association', 'invalid association: client 0 got server 7 \\(topology.association, policies.ts'],
    ['mixing', 'invalid mixing: column 0 sums to NaN, not to 1 \\(algorithm.mixing, policies.ts'],
    ['wanted', `handover policy: one of the servers expected, got "edge-9" \\(client-0, ${AT}, policies.ts`],
    [
      'allocation',
      `invalid allocation: grant 0 is {"bandwidth":"NaN","airtime":1} \\(.*round \\d+, ${AT}, policies.ts`,
    ],
    ['access', 'invalid allocation: it threw: no air \\(round 1, .*policies.ts'],
    ['control', `invalid power control: amplitude 0 is -1, of at most [\\d.]+ .* \\(.*round 1, ${AT}, policies.ts`],
  ])('%s', async (name, expected) => {
    const { code, said } = await start(folder, ['run', `./wrong.ts#${name}`, '--quiet', '--out', `runs/${name}`]).ended;
    expect(said).toMatch(new RegExp(expected));
    expect(said).toMatch(/^error: .*\[POLICY_INVALID\]$/m);
    expect(code).toBe(2);
  });

  it('and with the line that threw, where a package.json says that the file is a module', async () => {
    const own = join(folder, 'own');
    mkdirSync(own);
    writeFileSync(join(own, 'package.json'), '{"type":"module"}');
    writeFileSync(join(own, 'mine.ts'), `export const mine = () => {\n  throw new RangeError('never');\n};`);
    const { said } = await start(own, ['run', 'dropouts', '--set', 'schedule=./mine.ts']).ended;
    expect(said).toMatch(/it threw: never \(central, round 1, t = 0 s, mine\.ts:2\)/);
  });
});
