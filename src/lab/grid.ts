import { ScenarioError } from '../errors.ts';
import type { Override } from '../scenario/override.ts';
import { spelled, splitOutside } from '../scenario/spelled.ts';

/** An option and the values that it takes, as they were written. A policy or an algorithm is an option like any other. */
export interface Axis {
  readonly path: string;
  readonly values: readonly string[];
}

/** One combination of values. */
export interface Cell {
  readonly label: string;
  /** Value of each axis by its path, as it was written. */
  readonly at: Readonly<Record<string, string>>;
  readonly overrides: readonly Override[];
}

const CELLS_MAX = 100_000;
const NUMBER = String.raw`[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?`;
const RANGE = new RegExp(`^(${NUMBER}):(${NUMBER})(?::(${NUMBER}))?$`, 'i');
/** Steps are added up in binary: this many digits of a value are meant. */
const DIGITS = 12;

/**
 * Reads an axis.
 *
 * @example parseAxis('clients=10,50')        // 10 and 50
 * @example parseAxis('channel.snrDb=0:30:10') // 0, 10, 20 and 30
 */
export function parseAxis(text: string): Axis {
  const at = text.indexOf('=');
  const values = at > 0 ? splitOutside(text.slice(at + 1), ',').flatMap(expanded) : [];
  if (values.length > 0) return { path: text.slice(0, at).trim(), values };
  throw new ScenarioError({
    what: `invalid grid: ${JSON.stringify(text)}`,
    where: '--grid',
    remedy: 'write key=a,b or key=from:to:step, for example --grid clients=10,50',
    code: 'OPTION_INVALID',
  });
}

function expanded(value: string): string[] {
  const [, from, to, step = '1'] = RANGE.exec(value) ?? [];
  if (from === undefined || to === undefined) return [value];
  const steps = Math.floor((Number(to) - Number(from)) / Number(step) + 1e-9);
  if (!(steps >= 0) || Number(step) === 0) throw invalidRange(value);
  if (steps >= CELLS_MAX) throw exceeded(`values of ${value}`, steps + 1, 'take a longer step');
  return Array.from({ length: steps + 1 }, (_, index) =>
    String(Number((Number(from) + index * Number(step)).toPrecision(DIGITS))),
  );
}

const invalidRange = (value: string): ScenarioError =>
  new ScenarioError({
    what: `invalid range: ${value}`,
    where: '--grid',
    remedy: 'write from:to:step with a step that leads from one to the other, such as 0:30:10',
    code: 'OPTION_INVALID',
  });

const exceeded = (what: string, count: number, remedy: string): ScenarioError =>
  new ScenarioError({
    what: `exceeded limit of ${what}: ${count}`,
    where: '--grid',
    remedy: `${remedy}: at most ${CELLS_MAX} combinations`,
    code: 'LIMIT_EXCEEDED',
  });

/** All combinations, the last axis changing fastest; without axes the scenario as it is. */
export function cellsOf(axes: readonly Axis[]): Cell[] {
  const twice = axes.find(({ path }, at) => axes.findIndex((each) => each.path === path) < at);
  if (twice !== undefined) {
    throw new ScenarioError({
      what: `duplicate grid: ${twice.path}`,
      where: '--grid',
      remedy: `give all its values at once: --grid ${twice.path}=a,b`,
      code: 'OPTION_INVALID',
    });
  }
  const all = axes.reduce((product, { values }) => product * values.length, 1);
  if (all > CELLS_MAX) {
    throw exceeded('cells', all, 'take fewer values');
  }
  const combinations = axes.reduce<string[][]>(
    (rows, { values }) => rows.flatMap((row) => values.map((value) => [...row, value])),
    [[]],
  );
  return combinations.map((values) => cellAt(axes, values));
}

function cellAt(axes: readonly Axis[], values: readonly string[]): Cell {
  const pairs = axes.map(({ path }, index) => [path, values[index] as string] as const);
  const isOne = pairs.length === 1;
  const label = pairs.map(([path, value]) => (isOne ? value : `${path}=${value}`)).join(' ');
  return {
    label: label === '' ? 'as it is' : label,
    at: Object.fromEntries(pairs),
    overrides: pairs.flatMap(([path, value]) => spelled(path, value)),
  };
}
