/**
 * Goal: an upload's SNR on the record is that of its link as the upload began. Method: runs whose gains are recorded block by
 * block; P|h|²/N is worked out from those for the block in which each upload began.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ofdma, radio, rayleigh } from '../../channels/index.ts';
import { fedAvg } from '../../src/algorithms/index.ts';
import type { ScenarioOptions } from '../../src/scenario/scenario.ts';
import { simulate } from '../../src/scenario/simulate.ts';
import { factsOf, timingStudy } from '../support/study.ts';

const BANDWIDTH = 5e6;
const COHERENCE = 0.01;
const NOISE_FIGURE_DB = 5;
const CLIENT_DBM = 23;
const NOISE_DBM = -174 + NOISE_FIGURE_DB + 10 * Math.log10(BANDWIDTH);

const fading: Partial<ScenarioOptions> = {
  channel: radio({
    fading: rayleigh({ coherence: COHERENCE }),
    access: ofdma({ bandwidth: 2e6 }),
    bandwidth: BANDWIDTH,
  }),
  algorithm: fedAvg({ localSteps: 2 }),
  until: { rounds: 3 },
};

const uploadsOf = (trace: readonly string[]) => factsOf(trace).filter(({ kind }) => kind === 'upload.finished');

/** SNR of a client's link in each block [dB], without obstacles. */
function recordedSnrs(folder: string): (client: string, block: number) => number {
  const [, ...rows] = readFileSync(join(folder, 'gains.csv'), 'utf8').trim().split('\n');
  const gains = new Map(
    rows.map((row) => {
      const [client, , from, mean, small] = row.split(',');
      return [`${client} ${Math.round(Number(from) / COHERENCE)}`, Number(mean) * Number(small)];
    }),
  );
  return (client, block) => CLIENT_DBM + 10 * Math.log10(gains.get(`${client} ${block}`) ?? Number.NaN) - NOISE_DBM;
}

async function withGains(options: Partial<ScenarioOptions>) {
  const folder = mkdtempSync(join(tmpdir(), 'fadelab-snr-'));
  try {
    const { trace } = await simulate(timingStudy(options), { recordEnvironment: folder });
    return { uploads: uploadsOf(trace), recorded: recordedSnrs(folder) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('the SNR of an upload', () => {
  it('is P|h|²/N in the fading block in which the upload began', async () => {
    const { uploads, recorded } = await withGains(fading);
    expect(uploads.length).toBeGreaterThan(40);
    const spans = uploads.map(({ at, actor, seconds, snrDb }) => {
      const began = Math.round(at - (seconds as number) * 1e9);
      const block = Math.floor(began / (COHERENCE * 1e9));
      expect(snrDb).toBeCloseTo(recorded(actor, block), 9);
      return Math.floor(at / (COHERENCE * 1e9)) - block;
    });
    // Uploads end in later blocks, whose gains are others.
    expect(Math.max(...spans)).toBeGreaterThan(0);
  });

  it('is lower by what an obstacle takes, and absent where the link was cut just then', async () => {
    const { uploads, recorded } = await withGains({
      ...fading,
      *script(world) {
        world.block('client-1', { attenuationDb: 12 });
        yield world.closed(1);
        world.cut('client-2');
        yield world.after(0.2);
        world.mend('client-2');
      },
    });
    const off = ({ at, actor, seconds, snrDb }: (typeof uploads)[number]) =>
      (snrDb as number) - recorded(actor, Math.floor(Math.round(at - (seconds as number) * 1e9) / (COHERENCE * 1e9)));
    const of = (client: string) => uploads.filter(({ actor }) => actor === client);
    expect(of('client-1').length).toBeGreaterThan(1);
    for (const each of of('client-1')) expect(off(each)).toBeCloseTo(-12, 9);
    for (const each of of('client-0')) expect(off(each)).toBeCloseTo(0, 9);
    expect(of('client-2').map((each) => 'snrDb' in each)).toEqual([true, false, true]);
  });

  it('is absent where the rate is fixed', async () => {
    const { trace } = await simulate(timingStudy());
    expect(uploadsOf(trace).length).toBeGreaterThan(10);
    for (const each of uploadsOf(trace)) expect(each).not.toHaveProperty('snrDb');
  });
});
