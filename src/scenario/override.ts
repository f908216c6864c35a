import type { z } from 'zod';
import { type Problem, ScenarioError } from '../errors.ts';
import { isPart, type Part, type PartBuilder, type Preset } from '../part.ts';
import { didYouMean } from './near-miss.ts';
import { type Scenario, type ScenarioOptions, scenario, scenarioSchema } from './scenario.ts';

/** Builders of parts that can be named in an override. */
export type Catalogue = readonly PartBuilder<never, unknown>[];

/** The part builders among the exports of modules. */
export const catalogue = (...modules: readonly object[]): Catalogue =>
  modules.flatMap((module) => Object.values(module).filter(isBuilder));

/** Kind of what a user's module exports: it fits wherever the schema takes it. */
export const ANY_KIND = 'any';

export const isBuilder = (value: unknown): value is PartBuilder<never, unknown> =>
  typeof value === 'function' && 'partName' in value && 'kind' in value;

/** One `--set`: a dotted path and the value as it was written. */
export interface Override {
  readonly path: string;
  readonly value: string;
}

/** Reads `channel.fading=rician`. */
export function parseOverride(text: string): Override {
  const at = text.indexOf('=');
  if (at > 0) return { path: text.slice(0, at).trim(), value: text.slice(at + 1).trim() };
  throw new ScenarioError({
    what: `invalid override: ${JSON.stringify(text)}`,
    where: '--set',
    remedy: 'write key=value, for example --set until.rounds=20',
    code: 'OPTION_INVALID',
  });
}

/**
 * The scenario with options replaced. A path leads through parts into their options; a name in the place of a part
 * swaps the part (`channel.fading=rician`) and keeps the options that both have; shorthands lead to where an option
 * lies alone (`clients=100`); a preset sets several options (`links=relay`). All problems are reported at once.
 */
export function override(base: Scenario, overrides: readonly Override[], parts: Catalogue): Scenario {
  const problems: Problem[] = [];
  let options: unknown = base.options;
  for (const { path, value } of overrides) {
    const presets = parts.filter((each) => each.kind === path).flatMap(asPreset);
    if (presets.length > 0) {
      const chosen = presets.find(({ partName }) => partName === value);
      if (chosen === undefined) problems.push(unknownPart(path, value, presets));
      else options = { ...(options as object), ...chosen() };
      continue;
    }
    const full = expand(options, path);
    const result =
      full === undefined
        ? undefined
        : replace({ target: options, schema: scenarioSchema, above: '' }, full, value, parts);
    if (result === undefined || result.problem !== undefined) {
      problems.push(result?.problem ?? unknownOption(path, options));
    } else options = result.value;
  }
  if (problems.length > 0) throw new ScenarioError(problems);
  return scenario(options as ScenarioOptions);
}

/** A preset of several options stands among the parts, and is none. */
const asPreset = (builder: object): Preset<object>[] => ('isPreset' in builder ? [builder as Preset<object>] : []);

const unknownPart = (kind: string, name: string, known: readonly { readonly partName: string }[]): Problem => ({
  what: `unknown ${kind}: "${name}"`,
  where: '--set',
  remedy: `choose one of ${known.map(({ partName }) => partName).join(', ')}`,
  code: 'OPTION_UNKNOWN',
});

function unknownOption(path: string, options: unknown): Problem {
  const inParts = Object.values(options as object)
    .filter(isPart)
    .flatMap(optionNames);
  const [first = ''] = path.split('.');
  const remedy = didYouMean(first, [...TOP_LEVEL, ...inParts]) ?? 'see fadelab list --options';
  return { what: `unknown option: "${path}"`, where: '--set', remedy, code: 'OPTION_UNKNOWN' };
}

/** Finds the one place where an option with the first name of the path lies, at the top or in a part of the top. */
function expand(options: unknown, path: string): string[] | undefined {
  const keys = path.split('.');
  if (keys.some((key) => key === '')) return undefined;
  const [first] = keys as [string];
  if (TOP_LEVEL.has(first)) return keys;
  const homes = Object.entries(options as object).filter(([, value]) => isPart(value) && accepts(value, first));
  return homes.length === 1 ? [(homes[0] as [string, unknown])[0], ...keys] : undefined;
}

const TOP_LEVEL = new Set([
  ...['name', 'seed', 'topology', 'channel', 'backhaul', 'devices', 'task'],
  ...['algorithm', 'schedule', 'environment', 'until', 'evaluate', 'divergence', 'targets'],
]);

const optionNames = ({ schema }: { readonly schema: Part<unknown>['schema'] }): string[] =>
  'shape' in schema ? Object.keys(schema.shape as object) : [];

const accepts = (part: Part<unknown>, key: string): boolean => optionNames(part).includes(key);

type Replaced = { readonly value: unknown; readonly problem?: undefined } | { readonly problem: Problem };

/** What is replaced, and in what; the schema knows the value of an option that nobody has set. */
interface Place {
  readonly target: unknown;
  readonly schema: z.ZodType | undefined;
  /** Name of the option that holds the target. */
  readonly above: string;
}

function replace({ target, schema, above }: Place, path: readonly string[], text: string, parts: Catalogue): Replaced {
  const [key, ...rest] = path;
  if (key === undefined) return isOneOfWords(schema) ? { value: text } : parsed(target, text, parts, above);
  if (isPart(target)) {
    const inner = replace({ target: target.options, schema: target.schema, above }, path, text, parts);
    return inner.problem ? inner : { value: { ...target, options: inner.value as Part<unknown>['options'] } };
  }
  if (target !== undefined && (typeof target !== 'object' || target === null)) {
    return { problem: { what: `unknown option: "${above}.${key}"`, where: '--set', code: 'OPTION_UNKNOWN' } };
  }
  const branch = (target ?? {}) as Record<string, unknown>;
  const field = fieldOf(schema, key);
  const present = branch[key] ?? field?.safeParse(undefined).data;
  const inner = replace({ target: present, schema: field, above: key }, rest, text, parts);
  if (inner.problem) return inner;
  const change = { [key]: inner.value };
  return { value: Array.isArray(branch) ? Object.assign([...branch], change) : { ...branch, ...change } };
}

interface Definition {
  readonly type: string;
  readonly innerType?: z.ZodType;
  readonly shape?: Record<string, z.ZodType>;
}

/** A schema under defaults and the like. */
function innermost(schema: z.ZodType | undefined): Definition | undefined {
  let inner = schema?.def as Definition | undefined;
  while (inner?.innerType !== undefined) inner = inner.innerType.def as unknown as Definition;
  return inner;
}

/** The schema of one option. */
function fieldOf(schema: z.ZodType | undefined, key: string): z.ZodType | undefined {
  const { shape } = innermost(schema) ?? {};
  return shape !== undefined && Object.hasOwn(shape, key) ? shape[key] : undefined;
}

/** Whether an option takes one of some words, whatever parts are of the kind that is named like it: `task.loss` does. */
const isOneOfWords = (schema: z.ZodType | undefined): boolean => innermost(schema)?.type === 'enum';

/** The written value: a part by its name where a part stands or a catalogue knows one for the key; else a literal. */
function parsed(current: unknown, text: string, parts: Catalogue, key: string): Replaced {
  const own = parts.find((each) => each.kind === ANY_KIND && each.partName === text);
  if (own !== undefined) return { value: own(shared(current, own) as never) };
  // An option can share its name with a kind of part, as `backhaul.edge.rate` does: a number is never a part's name.
  if (!isPart(current) && typeof literal(text) !== 'string') return { value: literal(text) };
  const kind = isPart(current) ? current.kind : key;
  const ofKind = parts.filter((each) => each.kind === kind);
  if (ofKind.length === 0) return { value: literal(text) };
  const builder = ofKind.find(({ partName }) => partName === text);
  if (builder !== undefined) return { value: builder(shared(current, builder) as never) };
  return { problem: unknownPart(kind, text, ofKind) };
}

/** Options of the present part that the new one has too. */
function shared(current: unknown, builder: PartBuilder<never, unknown>): Record<string, unknown> {
  if (!isPart(current)) return {};
  const names = optionNames(builder);
  return Object.fromEntries(Object.entries(current.options).filter(([key]) => names.includes(key)));
}

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

/** Numbers as people write them, `.5` too; else JSON; else the text itself. */
function literal(text: string): unknown {
  if (NUMBER.test(text)) return Number(text);
  if (/^-?Infinity$/.test(text)) return Number(text);
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text === 'NaN' ? Number.NaN : text;
  }
}
