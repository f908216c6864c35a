import { ScenarioError } from '../errors.ts';
import { type OptionRow, optionRows } from '../report/option-list.ts';
import { wrappedTable } from '../report/table.ts';
import { loadCatalogue } from '../scenario/load-module.ts';
import { didYouMean } from '../scenario/near-miss.ts';
import type { Catalogue } from '../scenario/override.ts';
import { scenarioSchema } from '../scenario/scenario.ts';
import { exitCode } from './exit-code.ts';
import { firstSentence, type Story, stories } from './stories.ts';
import { printJson, type Terminal } from './terminal.ts';

export interface ListOptions {
  /** All kinds, or the one that is named. */
  readonly parts?: true | string;
  readonly options?: boolean;
  readonly json?: boolean;
}

interface PartEntry {
  readonly name: string;
  readonly options: readonly OptionRow[];
}

type Parts = Readonly<Record<string, readonly PartEntry[]>>;

/** `fadelab list`: what there is to run, to plug in, and to set. */
export async function list({ parts: wanted, options: withOptions, json }: ListOptions, to: Terminal): Promise<number> {
  const catalogue = await loadCatalogue();
  const namesOf = (kind: string) => catalogue.filter((each) => each.kind === kind).map(({ partName }) => partName);
  const parts = chosen(partsByKind(catalogue, namesOf), wanted);
  const options = optionRows(scenarioSchema, namesOf);
  const found = stories();
  const isAll = wanted === undefined && withOptions !== true;
  if (json === true) {
    const everything = { scenarios: found, algorithms: namesOf('algorithm') };
    const isWanted = { parts: isAll || wanted !== undefined, options: isAll || withOptions === true };
    printJson(to, {
      ...(isAll ? everything : {}),
      ...(isWanted.parts ? { parts } : {}),
      ...(isWanted.options ? { options } : {}),
    });
    return exitCode.fine;
  }
  const lines = isAll ? overview(found, parts, to.width) : [];
  if (wanted !== undefined) lines.push(...partLines(parts, to.width));
  if (withOptions === true) lines.push(...optionLines(options, to.width));
  for (const line of lines) to.print(line);
  return exitCode.fine;
}

function partsByKind(catalogue: Catalogue, namesOf: (kind: string) => readonly string[]): Parts {
  const kinds = [...new Set(catalogue.map(({ kind }) => kind))].sort();
  const entries = (kind: string) =>
    catalogue
      .filter((each) => each.kind === kind)
      .map(({ partName, schema }) => ({ name: partName, options: optionRows(schema, namesOf) }));
  return Object.fromEntries(kinds.map((kind) => [kind, entries(kind)]));
}

function chosen(parts: Parts, wanted: true | string | undefined): Parts {
  if (typeof wanted !== 'string') return parts;
  const entries = parts[wanted];
  if (entries !== undefined) return { [wanted]: entries };
  const kinds = Object.keys(parts);
  const remedy = didYouMean(wanted, kinds) ?? `choose one of ${kinds.join(', ')}`;
  throw new ScenarioError({
    what: `unknown kind of part: ${JSON.stringify(wanted)}`,
    where: '--parts',
    remedy,
    code: 'OPTION_UNKNOWN',
  });
}

const INDENT = '  ';

function overview(found: readonly Story[], parts: Parts, width: number): string[] {
  const names = (kind: string): string => (parts[kind] ?? []).map(({ name }) => name).join(', ');
  const kinds = Object.keys(parts).filter((kind) => kind !== 'algorithm');
  return [
    ...['Scenarios, to be run with fadelab run NAME', ''],
    ...wrappedTable(
      found.map(({ name, scenario }) => [name, firstSentence(scenario)]),
      width,
      INDENT,
    ),
    ...['', 'Algorithms, for --set algorithm=NAME', ''],
    `${INDENT}${names('algorithm')}`,
    ...['', 'Parts by kind; their options: fadelab list --parts [kind]', ''],
    ...wrappedTable(
      kinds.map((kind) => [kind, names(kind)]),
      width,
      INDENT,
    ),
    ...['', 'Options of a scenario: fadelab list --options'],
  ];
}

function partLines(parts: Parts, width: number): string[] {
  return Object.entries(parts).flatMap(([kind, entries], at) => [
    ...(at > 0 ? [''] : []),
    kind,
    ...entries.flatMap(({ name, options }) => [
      `${INDENT}${name}${options.length === 0 ? '  (no options)' : ''}`,
      ...optionTable(options, width, INDENT.repeat(2)),
    ]),
  ]);
}

const optionLines = (options: readonly OptionRow[], width: number): string[] => [
  ...[
    'Options of a scenario, for --set KEY=VALUE. A part has options of its own below it,',
    'as in --set channel.fading.coherence=0.1',
    '',
  ],
  ...optionTable(options, width, INDENT),
];

const optionTable = (options: readonly OptionRow[], width: number, indent: string): string[] =>
  wrappedTable(
    options.map((row) => [row.path, usual(row), sayOption(row)]),
    width,
    indent,
  );

function usual({ default: value, required }: OptionRow): string {
  if (value === undefined) return required ? 'required' : '–';
  return Math.abs(Number(value)) >= 1e5 ? shortened(Number(value)) : value;
}

/** 10000000 becomes 1e7, and 5672425.34 becomes 5.67243e6: six digits say enough to a person. */
const shortened = (value: number): string => Number(value.toPrecision(6)).toExponential().replace('e+', 'e');

function sayOption({ description, choices }: OptionRow): string {
  if (choices.length === 0) return description;
  return `${description} [${choices.join(' | ')}]`.trimStart();
}
