import { describe, expect, it } from 'vitest';
import { runReport } from '../../../src/report/run-report.ts';
import type { Summary } from '../../../src/scenario/summary.ts';

const summary: Summary = {
  ...{ scenario: 'mine', seed: 7, backend: 'tensorflow', threads: 1, ended: 'rounds', rounds: 20, events: 7418 },
  fingerprint: { order: 'aa', values: 'bb' },
  ...{ virtualSeconds: 723, wallSeconds: 4.2, energyJoules: 7.849, uplinkBits: 251e6, staleness: null, dropouts: 3 },
  energy: { computing: 5.849, transmitting: 2 },
  accuracy: { final: 0.83131, best: 0.9 },
  loss: { final: 0.97 },
  timeToAccuracy: { '0.5': 0.876, '0.8': 1.7, '0.9': null },
};

describe('runReport', () => {
  it('says every figure of the summary in readable units', () => {
    const text = runReport({ summary, cause: 'rounds', scores: [] }, 80).join('\n');
    for (const part of [
      'mine, seed 7: all rounds are over',
      '0.8313 at the end, 0.9000 at best',
      '0.9700',
      '12 m 3 s',
    ]) {
      expect(text).toContain(part);
    }
    for (const part of [
      '0.5 in 876 ms · 0.8 in 1.70 s · 0.9 never',
      '7.85 J, 5.85 J computing and 2 J transmitting',
      '251 Mbit',
      '7,418 events',
      '1 compute thread,',
    ]) {
      expect(text).toContain(part);
    }
    expect(text).toMatch(/dropouts +3/);
    expect(text).toMatch(/order aa, values bb/);
  });

  it('says plainly that nothing was left to happen', () => {
    expect(runReport({ summary, cause: 'drained', scores: [] }, 80)[0]).toContain('nothing was left to happen');
  });

  it('does not pretend that a task without training was scored', () => {
    const unscored = { ...summary, accuracy: { final: null, best: null }, loss: { final: null } };
    const text = runReport({ summary: unscored, cause: 'time', scores: [] }, 80).join('\n');
    expect(text).toContain('not scored');
    expect(text).not.toContain('loss');
  });
});
