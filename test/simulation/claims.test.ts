import { beforeAll, describe, expect, it } from 'vitest';
import * as study from '../../scenarios/claims/sd-feel.ts';
import type { Setting } from '../../src/claims/claim.ts';
import type { Curve } from '../../src/claims/curve.ts';
import { type Row, reproduce } from '../../src/claims/reproduce.ts';
import { clockClaim } from '../../src/claims/sd-feel/clock.ts';
import { iterationClaims } from '../../src/claims/sd-feel/iterations.ts';
import { timeClaims } from '../../src/claims/sd-feel/seconds.ts';
import type { Form } from '../../src/claims/sd-feel/settings.ts';
import { unequalClaims } from '../../src/claims/sd-feel/unequal-clients.ts';
import type { Scenario } from '../../src/scenario/scenario.ts';
import { curveUnder } from '../support/claims.ts';

/** One run after the other, on this thread. */
function inTurn() {
  let last: Promise<unknown> = Promise.resolve();
  return (setting: Setting, seed: number): Promise<Curve> => {
    const base = (study as Readonly<Record<string, Scenario>>)[setting.scenario] as Scenario;
    const curve = last.then(() => curveUnder(base, setting, seed));
    last = curve;
    return curve;
  };
}

/** Shorter still than `--fast`. */
const FORM: Form = { steps: 200, units: 400, testPerClass: 50, scoreEvery: 10 };
const SEEDS = 3;
const CHEAP = ['C2', 'C5', 'C8', 'C12', 'C16', 'C20'];

// Goal: claims of the SD-FEEL papers that are cheap to check hold on every change. Method: whole runs on the reference
// task, judged by the same functions as `fadelab claims sd-feel`; all claims at full length are that command's.
describe('the claims of the SD-FEEL papers', () => {
  const rows = new Map<string, Row>();

  beforeAll(async () => {
    const claims = [...timeClaims(FORM), ...iterationClaims(FORM), ...unequalClaims(FORM), clockClaim(FORM)];
    const cheap = claims.filter(({ id }) => CHEAP.includes(id));
    const measured = await reproduce(cheap, { measure: inTurn(), seeds: SEEDS });
    for (const row of measured) rows.set(row.id, row);
  }, 300_000);

  it.each([
    ['C2', 'FEEL is fastest per iteration but plateaus'],
    ['C5', 'more exchanges help per iteration, and approach HierFAVG'],
    ['C8', 'the star is slower than the ring'],
    ['C12', 'a larger τ₂ makes iterations cheaper, much so for HierFAVG'],
    ['C16', 'staleness-aware mixing beats constant weights'],
  ])('hold in a short form: %s, %s', (id) => {
    const row = rows.get(id);
    expect(row?.verdict, row?.measured).toBe('holds');
  });

  it('hold for the clock to the nanosecond: four schemes in two presets, and the printed timeline (C20)', () => {
    const row = rows.get('C20');
    expect(row?.verdict, row?.measured).toBe('holds');
    expect(row?.values).toMatchObject({ 'printed timeline [ns]': 0, 'relay [ns]': 0, 'hier-like [ns]': 0 });
    // What whole nanoseconds add to durations in real numbers: less than one for each upload and exchange.
    expect(row?.values['hier-like, durations in real numbers [s]']).toBeLessThan((FORM.steps / 5) * 1.2e-9);
  });
});
