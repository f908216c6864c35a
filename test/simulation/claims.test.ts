import { beforeAll, describe, expect, it } from 'vitest';
import { measuring, type Row, reproduce } from '../../src/claims/reproduce.ts';
import { clockClaim } from '../../src/claims/sd-feel/clock.ts';
import { iterationClaims } from '../../src/claims/sd-feel/iterations.ts';
import { timeClaims } from '../../src/claims/sd-feel/seconds.ts';
import type { Form } from '../../src/claims/sd-feel/settings.ts';
import { unequalClaims } from '../../src/claims/sd-feel/unequal-clients.ts';
import { inlinePool } from '../../src/runtime/inline-pool.ts';

const STUDY = new URL('../../scenarios/claims/sd-feel.ts', import.meta.url).href;

/** Shorter still than `--fast`. */
const FORM: Form = { steps: 200, units: 400, testPerClass: 50, scoreEvery: 10 };
const SEEDS = [1, 2, 3];
const CHEAP = ['C2', 'C5', 'C8', 'C12', 'C16', 'C20'];

// Goal: claims of the SD-FEEL papers that are cheap to check hold on every change. Method: whole runs on the reference
// task, judged by the same functions as `fadelab claims sd-feel`; all claims at full length are that command's.
describe('the claims of the SD-FEEL papers', () => {
  const rows = new Map<string, Row>();

  beforeAll(async () => {
    const claims = [...timeClaims(FORM), ...iterationClaims(FORM), ...unequalClaims(FORM), clockClaim(FORM)];
    const cheap = claims.filter(({ id }) => CHEAP.includes(id));
    const measured = await reproduce(cheap, { measure: measuring(STUDY, inlinePool()), seeds: SEEDS });
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

  it('hold for the clock where durations are whole nanoseconds, and up to one nanosecond per round elsewhere (C20)', () => {
    const values = rows.get('C20')?.values ?? {};
    expect(values['printed timeline [s]']).toBeLessThan(1e-9);
    expect(values['relay [s]']).toBeLessThan(1e-9);
    expect(values['hier-like in whole ns [s]']).toBeLessThan(1e-9);
    expect(values['hier-like [s]']).toBeLessThan((FORM.steps / 5) * 1e-9);
  });
});
