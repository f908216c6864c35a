import { count, score, span } from '../report/quantity.ts';
import { table } from '../report/table.ts';
import { diffTraces, type TraceDiff } from '../trace/diff.ts';
import { openTrace } from '../trace/reader.ts';
import { exitCode } from './exit-code.ts';
import { printJson, type Terminal } from './terminal.ts';

/** `fadelab diff`: exits with 1 where the traces differ, as diff does. */
export function diffVerb(a: string, b: string, { json }: { readonly json?: boolean }, to: Terminal): number {
  const found = diffTraces(openTrace(a), openTrace(b));
  if (json === true) printJson(to, { ...found, first: found.first ?? null });
  else for (const text of sayDiff(found)) to.print(text);
  return found.first === undefined ? exitCode.fine : exitCode.unwell;
}

function sayDiff({ header, first, kinds, events, virtualSeconds, accuracy }: TraceDiff): string[] {
  const heads = header.length === 0 ? [] : [`headers differ in ${header.join(', ')}`];
  if (first === undefined) return [...heads, `all ${count(events.a)} events are equal`];
  return [
    ...heads,
    `event ${first.index} (line ${first.index + 2}) is the first that differs`,
    '',
    ...first.before.map((text) => `  both  ${text}`),
    `  a     ${first.a ?? 'nothing more'}`,
    `  b     ${first.b ?? 'nothing more'}`,
    '',
    ...table([
      ['', 'a', 'b'],
      ['events', count(events.a), count(events.b)],
      ['virtual time', span(virtualSeconds.a), span(virtualSeconds.b)],
      ['accuracy at the end', sayScore(accuracy.a), sayScore(accuracy.b)],
      ...Object.entries(kinds).map(([kind, each]) => [`${kind} after it`, count(each.a), count(each.b)]),
    ]),
  ];
}

const sayScore = (accuracy: number | null): string => (accuracy === null ? '–' : score(accuracy));
