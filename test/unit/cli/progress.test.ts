import { describe, expect, it } from 'vitest';
import { sayReadings, shareDone } from '../../../src/cli/progress.ts';

const readings = { now: 30, events: 500, round: 25, roundsPlanned: 100, accuracy: 0.5 };

describe('shareDone', () => {
  it('is the greater of rounds and virtual time', () => {
    expect(shareDone(readings, Number.POSITIVE_INFINITY)).toBe(0.25);
    expect(shareDone(readings, 60)).toBe(0.5);
    expect(shareDone(readings, 10)).toBe(1);
  });

  it('is unknown where neither ends the run', () => {
    const endless = { ...readings, roundsPlanned: Number.POSITIVE_INFINITY };
    expect(shareDone(endless, Number.POSITIVE_INFINITY)).toBeUndefined();
  });
});

describe('sayReadings', () => {
  it('says round, virtual time, accuracy and the wall time that remains', () => {
    expect(sayReadings(readings, 0.25, 20)).toBe('round 25/100 · t = 30 s · accuracy 0.5000 · 60 s left');
  });

  it('keeps quiet about what is not known yet', () => {
    const early = { ...readings, roundsPlanned: Number.POSITIVE_INFINITY, accuracy: Number.NaN, round: 1 };
    expect(sayReadings(early, undefined, 20)).toBe('1 round · t = 30 s');
    expect(sayReadings({ ...early, events: 0 }, 0, 0)).toBe('getting ready');
  });
});
