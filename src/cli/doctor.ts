import { table } from '../report/table.ts';
import { version } from '../version.ts';
import { type Check, checks } from './checks.ts';
import { exitCode } from './exit-code.ts';
import { printJson, type Terminal } from './terminal.ts';

const MARKS: Readonly<Record<Check['state'], string>> = { fine: '✓', optional: '–', missing: '✗' };

/** `fadelab doctor`: what was found on this machine, and what to do about the rest. */
export async function doctor({ json }: { readonly json?: boolean }, to: Terminal): Promise<number> {
  const found = await checks();
  const missing = found.filter(({ state }) => state === 'missing').length;
  if (json === true) printJson(to, { fadelab: version, healthy: missing === 0, checks: found });
  else {
    const rows = found.flatMap(({ state, name, found: what, remedy }) => [
      [MARKS[state], name, what],
      ...(remedy === undefined ? [] : [['', '', remedy]]),
    ]);
    for (const line of [`fadelab ${version}`, '', ...table(rows, '  '), '', verdict(missing)]) to.print(line);
  }
  return missing === 0 ? exitCode.fine : exitCode.unwell;
}

const verdict = (missing: number): string =>
  missing === 0
    ? 'All is well: fadelab run quickstart will work here.'
    : `${missing} of these ${missing === 1 ? 'keeps' : 'keep'} the quickstart from running; the line below each ✗ says what to do.`;
