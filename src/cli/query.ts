import { type Problem, ScenarioError } from '../errors.ts';
import { table } from '../report/table.ts';
import { type Query, query } from '../trace/query.ts';
import { openTrace, type TraceEvent } from '../trace/reader.ts';
import { exitCode } from './exit-code.ts';
import { readSpan } from './run-options.ts';
import { printJson, type Terminal } from './terminal.ts';

/** What commander read, still as text. */
export interface QueryOptions {
  readonly of?: string;
  readonly by?: string;
  readonly where?: readonly string[];
  readonly from?: string;
  readonly to?: string;
  readonly count?: boolean;
  readonly mean?: string;
  readonly sum?: string;
  readonly min?: string;
  readonly max?: string;
  readonly quantile?: string;
  readonly json?: boolean;
}

const FIGURES = ['mean', 'sum', 'min', 'max'] as const;

/** `fadelab query`: figures over events; the events themselves where no figure is asked for. */
export function queryVerb(path: string, options: QueryOptions, to: Terminal): number {
  const trace = openTrace(path);
  const all = options.of === undefined ? query(() => trace.events()) : trace.of(options.of);
  const chosen = inTime(
    (options.where ?? []).map(readTest).reduce((some, test) => some.where(test), all),
    options,
  );
  const asked = askedFigures(options);
  if (asked.length === 0 && options.of !== undefined && options.by === undefined) printEvents(chosen, options, to);
  else printFigures(chosen, options.by ?? (options.of === undefined ? 'kind' : undefined), asked, options, to);
  return exitCode.fine;
}

interface Asked {
  readonly name: string;
  group(query: Query, by: string | undefined): ReadonlyMap<unknown, number | undefined>;
}

/** What is to be worked out; how many there are, where groups are named and nothing else. */
function askedFigures(options: QueryOptions): Asked[] {
  const asked: Asked[] = FIGURES.flatMap((figure) => {
    const field = options[figure];
    if (field === undefined) return [];
    const group: Asked['group'] = (query, by) =>
      by === undefined ? new Map([[undefined, query[figure](field)]]) : query.by(by)[figure](field);
    return [{ name: `${figure} ${field}`, group }];
  });
  if (options.quantile !== undefined) asked.push(quantileAsked(options.quantile));
  return options.count === true ? [COUNT, ...asked] : asked;
}

const COUNT: Asked = {
  name: 'count',
  group: (query, by) => (by === undefined ? new Map([[undefined, query.count()]]) : query.by(by).count()),
};

function quantileAsked(text: string): Asked {
  const [, field = '', digits = ''] = /^(.+):([\d.]+)$/.exec(text) ?? [];
  const q = Number(digits);
  if (field === '' || !(q >= 0 && q <= 1)) throw invalid('--quantile', text, 'write field:q with 0 ≤ q ≤ 1: loss:0.9');
  return {
    name: `quantile ${text}`,
    group: (query, by) =>
      by === undefined ? new Map([[undefined, query.quantile(field, q)]]) : query.by(by).quantile(field, q),
  };
}

function printEvents(events: Query, { json }: QueryOptions, to: Terminal): void {
  if (json === true) printJson(to, { events: [...events] });
  else for (const event of events) to.print(JSON.stringify(event));
}

function printFigures(
  chosen: Query,
  by: string | undefined,
  asked: readonly Asked[],
  { json }: QueryOptions,
  to: Terminal,
): void {
  const figures = asked.length === 0 ? [COUNT] : asked;
  const found = figures.map((each) => each.group(chosen, by));
  const keys = [...new Set(found.flatMap((each) => [...each.keys()]))].sort(naturally);
  const rows = keys.map((key) => ({
    ...(by === undefined ? {} : { [by]: key }),
    ...Object.fromEntries(figures.map(({ name }, at) => [name, found[at]?.get(key) ?? null])),
  }));
  if (json === true) {
    printJson(to, { rows });
    return;
  }
  const heads = [...(by === undefined ? [] : [by]), ...figures.map(({ name }) => name)];
  const cells = rows.map((row) => Object.values(row).map((value) => sayValue(value)));
  for (const text of table([heads, ...cells])) to.print(text);
}

const sayValue = (value: unknown): string => {
  if (typeof value !== 'number') return value === null ? '–' : String(value);
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(6)));
};

/** client-2 before client-10. */
const naturally = (a: unknown, b: unknown): number => {
  const [left, right] = [a, b].map((each) => String(each).replace(/\d+/g, (digits) => digits.padStart(12, '0')));
  return (left as string) < (right as string) ? -1 : 1;
};

const COMPARISONS: Readonly<Record<string, (a: unknown, b: unknown) => boolean>> = {
  '=': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '<': (a, b) => (a as number) < (b as number),
  '<=': (a, b) => (a as number) <= (b as number),
  '>': (a, b) => (a as number) > (b as number),
  '>=': (a, b) => (a as number) >= (b as number),
};

function readTest(text: string): (event: TraceEvent) => boolean {
  const [, field = '', sign = '', value = ''] = /^\s*([\w.]+)\s*(<=|>=|!=|=|<|>)\s*(.*?)\s*$/.exec(text) ?? [];
  const compare = COMPARISONS[sign];
  if (compare === undefined) throw invalid('--where', text, 'write a comparison: round>=10, from=client-3');
  const wanted = value !== '' && Number.isFinite(Number(value)) ? Number(value) : value;
  return (event) => {
    const found = event[field];
    return found !== undefined && found !== null && compare(found, wanted);
  };
}

function inTime(chosen: Query, { from, to }: QueryOptions): Query {
  if (from === undefined && to === undefined) return chosen;
  return chosen.between(from === undefined ? 0 : seconds(from), to === undefined ? Infinity : seconds(to));
}

function seconds(text: string): number {
  if (/^0+s?$/.test(text)) return 0;
  const found = readSpan(text);
  if (typeof found === 'number') return found;
  throw new ScenarioError(found);
}

const invalid = (option: string, text: string, remedy: string): ScenarioError =>
  new ScenarioError({ what: `invalid ${option}: ${text}`, remedy, code: 'OPTION_INVALID' } satisfies Problem);
