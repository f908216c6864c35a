import { SimulationError } from '../errors.ts';
import { type Finished, type Planned, sayPlace } from './study.ts';
import type { Trial, TrialResult } from './trial.ts';

/** With so many seeds a run more for each cell costs little. */
const SEEDS_FOR_EACH = 3;

/**
 * Finds policies, scripts and models that remember from run to run: worlds share the modules of their thread, and results
 * would hang on the order of runs. What files of the user's own take part in is made once more at the end, and must come out
 * as before.
 *
 * @param made runs of this study that were not kept from an earlier one
 * @throws SimulationError with the code POLICY_INVALID, which names the run
 */
export async function rememberers(
  finished: readonly Finished[],
  { made, run }: { readonly made: readonly Planned[]; readonly run: (trial: Trial) => Promise<TrialResult> },
): Promise<void> {
  const keys = new Set(made.map(({ key }) => key));
  const own = finished.filter(({ key, files }) => keys.has(key) && Object.keys(files).length > 0);
  if (own.length < 2) return;
  const seeds = new Set(own.map(({ seed }) => seed)).size;
  const first = new Map<object, Finished>();
  for (const each of own) if (!first.has(each.cell)) first.set(each.cell, each);
  const again = seeds < SEEDS_FOR_EACH ? own.slice(0, 1) : [...first.values()];
  await Promise.all(
    again.map(async (each) => {
      const { summary } = await run(each.trial);
      const { order, values } = each.result.summary.fingerprint;
      if (summary.fingerprint.order === order && summary.fingerprint.values === values) return;
      throw new SimulationError({
        what: `ambiguous result: ${order}/${values} at first, ${summary.fingerprint.order}/${summary.fingerprint.values} after other runs`,
        where: sayPlace(each),
        remedy: `something in ${Object.keys(each.files).join(', ')} remembers from run to run: let what remembers be made anew by each call`,
        code: 'POLICY_INVALID',
      });
    }),
  );
}
