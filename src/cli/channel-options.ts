import { type Problem, ScenarioError } from '../errors.ts';
import type { PartBuilder } from '../part.ts';
import { didYouMean } from '../scenario/near-miss.ts';
import { type Catalogue, parseOverride } from '../scenario/override.ts';
import { problemsOf } from '../scenario/problems.ts';

/** What a number of the command line must be. */
export interface Bounds {
  readonly above?: number;
  readonly least?: number;
  readonly most?: number;
  readonly whole?: boolean;
}

/** Options whose value stands behind them. */
export type Texts = Readonly<Record<string, string | boolean | readonly string[] | undefined>>;

const LIST_MAX = 1000;

/** Reads numbers from options, and throws all that is wrong with them at once. */
export function readNumbers(texts: Texts) {
  const problems: Problem[] = [];
  const one = (option: string, text: string, bounds: Bounds): number => {
    const value = text.trim() === '' ? Number.NaN : Number(text);
    if (fits(value, bounds)) return value;
    problems.push({
      what: `invalid --${option}: ${text === '' ? '""' : text}`,
      remedy: wanted(bounds),
      code: 'OPTION_INVALID',
    });
    return Number.NaN;
  };
  const textOf = (option: string): string | undefined => {
    const text = texts[option.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())];
    return typeof text === 'string' ? text : undefined;
  };
  return {
    isGiven: (option: string): boolean => textOf(option) !== undefined,
    number: (option: string, usual: number, bounds: Bounds): number => {
      const text = textOf(option);
      return text === undefined ? usual : one(option, text, bounds);
    },
    list: (option: string, usual: readonly number[], bounds: Bounds): readonly number[] => {
      const entries = textOf(option)?.split(',');
      if (entries !== undefined && entries.length > LIST_MAX) {
        const what = `exceeded limit: ${entries.length} values of --${option}`;
        problems.push({ what, remedy: `give at most ${LIST_MAX}`, code: 'OPTION_INVALID' });
        return usual;
      }
      return entries?.map((text) => one(option, text, bounds)) ?? usual;
    },
    problem: (problem: Problem): void => void problems.push(problem),
    done: (): void => {
      if (problems.length > 0) throw new ScenarioError(problems);
    },
  };
}

export type NumberReader = ReturnType<typeof readNumbers>;

const fits = (value: number, { above, least, most, whole }: Bounds): boolean =>
  Number.isFinite(value) &&
  (above === undefined || value > above) &&
  (least === undefined || value >= least) &&
  (most === undefined || value <= most) &&
  (whole !== true || Number.isSafeInteger(value));

function wanted({ above, least, most, whole }: Bounds): string {
  const limits = [
    ...(above === undefined ? [] : [`above ${above}`]),
    ...(least === undefined ? [] : [`of at least ${least}`]),
    ...(most === undefined ? [] : [`of at most ${short(most)}`]),
  ];
  return `give a ${whole === true ? 'whole ' : ''}number ${limits.join(' and ')}`.trimEnd();
}

const short = (value: number): string => (value >= 1e5 ? value.toExponential().replace('e+', 'e') : String(value));

/** The part of a kind that a person means, by its name or by a beginning that no other has. */
export function findPart(parts: Catalogue, kind: string, text: string, option: string): PartBuilder<never, unknown> {
  const ofKind = parts.filter((each) => each.kind === kind);
  const exact = ofKind.find(({ partName }) => partName === text);
  const begun = ofKind.filter(({ partName }) => text !== '' && partName.startsWith(text));
  const found = exact ?? (begun.length === 1 ? begun[0] : undefined);
  if (found !== undefined) return found;
  const names = ofKind.map(({ partName }) => partName);
  const remedy = begun.length > 1 ? undefined : didYouMean(text, names);
  const choices = begun.length > 1 ? begun.map(({ partName }) => partName) : names;
  throw new ScenarioError({
    what: `${begun.length > 1 ? 'ambiguous' : 'unknown'} --${option}: ${JSON.stringify(text)}`,
    remedy: remedy ?? `choose one of ${choices.join(', ')}`,
    code: 'OPTION_UNKNOWN',
  });
}

/** A model made from a part with options, as `--set` and options of their own give them. */
export function madeFrom<Contract>(builder: PartBuilder<never, unknown>, options: Readonly<Record<string, unknown>>) {
  const part = builder(options as never);
  const checked = part.schema.safeParse(options);
  if (!checked.success) throw new ScenarioError(problemsOf(checked.error, part));
  return { model: part.make(checked.data as never) as Contract, options: checked.data as Record<string, unknown> };
}

export const knowsOption = (builder: PartBuilder<never, unknown>, name: string): boolean =>
  'shape' in builder.schema && Object.hasOwn(builder.schema.shape as object, name);

/** Options that belong to the model alone: `--set exponent=3.2`. */
export function modelOptions(texts: readonly string[] | undefined): Record<string, unknown> {
  const entries = (texts ?? []).map((text) => {
    const { path, value } = parseOverride(text);
    return [path, value.trim() === '' || Number.isNaN(Number(value)) ? value : Number(value)] as const;
  });
  return Object.fromEntries(entries);
}
