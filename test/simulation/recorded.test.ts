import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { federation, ring } from '../../actors/index.ts';
import {
  fixedRates,
  freeSpace,
  hexagonal,
  logNormal,
  maximumRatio,
  noFading,
  noShadowing,
  ofdma,
  proportionalFair,
  radio,
  randomWaypoint,
  rayleigh,
  umiStreet,
} from '../../channels/index.ts';
import {
  alwaysOn,
  bernoulli,
  classes,
  homogeneous,
  markovOnOff,
  noStragglers,
  shiftedExponential,
} from '../../src/devices/index.ts';
import { fastest, strongest } from '../../src/policies/index.ts';
import type { ScenarioOptions } from '../../src/scenario/scenario.ts';
import { simulate } from '../../src/scenario/simulate.ts';
import { factsOf, study, timingStudy } from '../support/study.ts';

const folders: string[] = [];
const folder = (): string => {
  const made = mkdtempSync(join(tmpdir(), 'fadelab-environment-'));
  folders.push(made);
  return made;
};
afterAll(() => {
  for (const each of folders) rmSync(each, { recursive: true });
});

const PLAIN_DEVICES = { clock: homogeneous(), straggler: noStragglers(), availability: alwaysOn() };

/** Records a run, and runs again with all models but the recorded tables switched off. */
async function again(options: Partial<ScenarioOptions>, plain: Partial<ScenarioOptions>, make = timingStudy) {
  const recordEnvironment = folder();
  const first = await simulate(make(options), { recordEnvironment });
  const replayed = await simulate(make({ ...options, ...plain, environment: recordEnvironment }));
  const without = await simulate(make({ ...options, ...plain }));
  return { first, replayed, without, recordEnvironment };
}

describe('a recorded environment', () => {
  it('gives the same fingerprint when it is read back, over fading, stragglers and clients that come and go', async () => {
    const { first, replayed, without, recordEnvironment } = await again(
      {
        channel: radio({ pathLoss: umiStreet(), shadowing: logNormal(), fading: rayleigh({ coherence: 0.01 }) }),
        devices: {
          clock: classes(),
          straggler: shiftedExponential({ scale: 1 }),
          availability: markovOnOff({ meanOnline: 1, meanOffline: 0.3 }),
        },
        schedule: fastest({ cohort: 3 }),
        until: { rounds: 6 },
      },
      {
        channel: radio({ pathLoss: freeSpace(), shadowing: noShadowing(), fading: noFading() }),
        devices: PLAIN_DEVICES,
      },
      study,
    );
    expect(replayed.summary.fingerprint).toEqual(first.summary.fingerprint);
    expect(without.summary.fingerprint).not.toEqual(first.summary.fingerprint);
    expect(factsOf(first.trace).some(({ kind }) => kind === 'went.offline')).toBe(true);
    const tables = ['answers.csv', 'availability.csv', 'clients.csv', 'computing.csv', 'gains.csv'];
    expect(readdirSync(recordEnvironment).sort()).toEqual(tables);
  });

  it('changes nothing of the run that is recorded', async () => {
    const options = { channel: radio(), devices: { availability: markovOnOff({ meanOnline: 1, meanOffline: 0.3 }) } };
    const plain = await simulate(timingStudy(options));
    const recorded = await simulate(timingStudy(options), { recordEnvironment: folder() });
    expect(recorded.trace).toEqual(plain.trace);
  });

  it('does so with movement, handovers, several antennas, and answers drawn round by round', async () => {
    const topology = federation({
      ...{ clients: 12, edgeServers: 4, graph: ring() },
      handover: strongest({ period: 0.5, timeToTrigger: 0, hysteresisDb: 0 }),
    });
    const layout = hexagonal({ spacing: 80 });
    const moving = {
      layout,
      cellRadius: 40,
      mobility: randomWaypoint({ slowest: 10, fastest: 30, step: 0.5 }),
      access: proportionalFair(),
    };
    const { first, replayed } = await again(
      {
        topology,
        channel: radio({ ...moving, fading: maximumRatio({ antennas: 3, fading: rayleigh({ coherence: 0.05 }) }) }),
        devices: { availability: bernoulli({ probability: 0.7 }) },
        until: { time: 3 },
      },
      { channel: radio({ ...moving, pathLoss: freeSpace(), fading: noFading() }), devices: PLAIN_DEVICES },
    );
    expect(factsOf(first.trace).some(({ kind }) => kind === 'handed.over')).toBe(true);
    expect(replayed.summary.fingerprint).toEqual(first.summary.fingerprint);
  });

  it('can be measured: one gain for each block of any client, in files that a person writes', async () => {
    const measured = folder();
    const BITS = 698_880;
    writeFileSync(
      join(measured, 'gains.csv'),
      'from,client,mean_gain,place\r\n0,client-0,1e-9,lab\r\n1,client-0,1e-30,\r\n',
    );
    writeFileSync(join(measured, 'computing.csv'), 'client,round,seconds\n\nclient-0,1,0.25\n"client-0",2,1.25\n');
    writeFileSync(join(measured, 'availability.csv'), 'client,from,until\nclient-0,0,4\nclient-0,5,\n');
    const bandwidth = 10e6;
    const { trace } = await simulate(
      timingStudy({
        topology: federation({ clients: 1, edgeServers: 1 }),
        channel: radio({ access: ofdma({ bandwidth }), bandwidth }),
        environment: measured,
        until: { time: 10 },
      }),
    );
    const facts = factsOf(trace);
    const at = (kind: string) => facts.filter((each) => each.kind === kind).map((each) => each.at / 1e9);
    expect(at('training.finished').slice(0, 2)).toEqual([0.25, expect.closeTo(0.25 + 1.25 + BITS / rate(1e-9), 8)]);
    // The second update is trained within the block of no gain, and goes on the air in the next.
    const [first, second] = at('upload.finished') as [number, number];
    expect(first).toBeCloseTo(0.25 + BITS / rate(1e-9), 8);
    expect(second).toBeCloseTo(2 + BITS / rate(1e-9), 5);
    expect([at('went.offline'), at('came.online')]).toEqual([[4], [5]]);

    function rate(gain: number): number {
      const noise = 10 ** ((-174 + 5 - 30) / 10) * bandwidth;
      return bandwidth * Math.log2(1 + (10 ** ((23 - 30) / 10) * gain) / noise);
    }
  });

  it('writes numbers that read back as the same numbers', async () => {
    const recordEnvironment = folder();
    await simulate(timingStudy({ channel: radio(), until: { rounds: 1 } }), { recordEnvironment });
    const [head, ...lines] = readFileSync(join(recordEnvironment, 'gains.csv'), 'utf8').trim().split('\n');
    expect(head).toBe('client,server,from,mean_gain,fading');
    expect(lines.length).toBeGreaterThan(19);
    for (const text of lines.flatMap((line) => line.split(',').slice(2))) expect(String(Number(text))).toBe(text);
  });

  it.each([
    ['gains.csv', 'client,from\n', 'no column mean_gain'],
    ['gains.csv', 'client,from,mean_gain\nclient-0,0,many\n', 'mean_gain is "many"'],
    ['gains.csv', 'client,from,mean_gain\nclient-0,0\n', '2 fields'],
    [
      'gains.csv',
      'client,from,mean_gain\nclient-0,0,1\nclient-0,1,1\nclient-0,3,1\n',
      'client-0 has a gain from 3 s on',
    ],
    ['gains.csv', 'client,from,mean_gain\nphone,0,1\n', 'no client of this scenario in gains.csv'],
    ['availability.csv', 'client,from,until\nclient-0,0,5\nclient-0,4,6\n', 'client-0 is online from 4 s on'],
    ['computing.csv', 'client,round,seconds\nclient-0,1,-2\n', 'seconds is "-2"'],
  ])('says what is wrong with %s', async (file, text, what) => {
    const measured = folder();
    writeFileSync(join(measured, file), text);
    const attempt = simulate(timingStudy({ channel: radio(), environment: measured }));
    await expect(attempt).rejects.toThrow(`invalid recorded environment: ${what}`);
  });

  it('says what is wrong with the folder, or with gains for links that have none', async () => {
    const attempt = (environment: string) => simulate(timingStudy({ channel: fixedRates(), environment }));
    await expect(attempt('/no/such/folder')).rejects.toThrow('no such folder (/no/such/folder)');
    const measured = folder();
    await expect(attempt(measured)).rejects.toThrow('no table');
    writeFileSync(join(measured, 'gains.csv'), 'client,from,mean_gain\nclient-0,0,1\n');
    await expect(attempt(measured)).rejects.toThrow('gains for links of fixed rate');
  });
});
