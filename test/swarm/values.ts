/** Values for options, drawn from the schemas by which fadelab itself checks them. */
import type { z } from 'zod';
import type { Source } from '../../dist/src/math/streams.js';
import { isPart, type PartBuilder } from '../../dist/src/part.js';
import { chance, type PartRecipe, pick, scaled, type Value, whole } from './recipe.ts';

export type Catalogue = readonly PartBuilder<never, unknown>[];

interface Definition {
  readonly type: string;
  readonly innerType?: z.ZodType;
  readonly defaultValue?: unknown;
  readonly shape?: Readonly<Record<string, z.ZodType>>;
  readonly entries?: Readonly<Record<string, string>>;
  readonly element?: z.ZodType;
}
const definition = (schema: z.ZodType): Definition => schema.def as unknown as Definition;

export interface Taste {
  readonly draw: Source;
  readonly catalogue: Catalogue;
  /** How likely an option is left as it is by default. */
  readonly usual: number;
  /** How likely a value is out of range, or no value at all. */
  readonly wild: number;
  /** Values for options whose whole range would be too much for a small run. */
  readonly tame: Readonly<Record<string, (draw: Source) => Value>>;
}

const NONSENSE: readonly Value[] = [-1, 0, 1e300, 1e-300, 'nonsense', null, true, [], {}, ''];

/** Options of a part: each as it is by default, from its range, or nonsense. */
export function optionsOf(schema: z.ZodType, taste: Taste, depth = 0): Record<string, Value> {
  const { draw, usual } = taste;
  const entries = Object.entries(definition(schema).shape ?? {});
  const isRequired = (each: z.ZodType) => !each.safeParse(undefined).success;
  return Object.fromEntries(
    entries.flatMap(([name, each]) => {
      if (chance(draw, usual) && !isRequired(each)) return [];
      const value = chance(draw, taste.wild) ? pick(draw, NONSENSE) : optionValue(name, each, taste, depth);
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

/** A part of a kind, by its name, or one of them. */
export function partOf(kind: string, taste: Taste, { name, depth = 0 }: { name?: string; depth?: number } = {}) {
  const known = taste.catalogue.filter((each) => each.kind === kind && !('isPreset' in each));
  const builder = known.find(({ partName }) => partName === name) ?? pick(taste.draw, known);
  return { part: `${kind}/${builder.partName}`, options: optionsOf(builder.schema, taste, depth + 1) } as PartRecipe;
}

const DEPTH_MAX = 3;

function optionValue(name: string, schema: z.ZodType, taste: Taste, depth: number): Value | undefined {
  const { draw, tame, catalogue } = taste;
  if (tame[name] !== undefined) return tame[name](draw);
  let [inner, usual] = [schema, undefined as unknown];
  for (;;) {
    const { innerType, defaultValue } = definition(inner);
    usual ??= defaultValue;
    if (innerType === undefined) break;
    inner = innerType;
  }
  const { type, entries, shape, element } = definition(inner);
  if (type === 'number') {
    const tries = Array.from({ length: 5 }, () => numberOf(inner as z.ZodNumber, usual, draw));
    return tries.find((each) => schema.safeParse(each).success) ?? (tries[0] as number);
  }
  if (type === 'boolean') return chance(draw, 0.5);
  if (type === 'enum') return pick(draw, Object.values(entries ?? {}));
  if (type === 'object' && shape !== undefined) return optionsOf(inner, taste, depth);
  if (type === 'array' && element !== undefined) {
    const all = Array.from({ length: whole(draw, 1, 3) }, () => optionValue('', element, taste, depth + 1));
    return all.filter((each) => each !== undefined);
  }
  const kind = isPart(usual) ? usual.kind : name;
  const isKind = catalogue.some((each) => each.kind === kind);
  return isKind && depth < DEPTH_MAX ? partOf(kind, taste, { depth }) : undefined;
}

function numberOf(schema: z.ZodNumber, usual: unknown, draw: Source): number {
  const { minValue, maxValue } = schema;
  const [least, most] = [Math.max(minValue ?? -1e3, -1e15), Math.min(maxValue ?? 1e3, 1e15)];
  if (chance(draw, 0.1)) return pick(draw, [least, most]);
  const isWhole = schema.def.checks?.some((each) => JSON.stringify(each._zod.def).includes('int')) ?? false;
  const about = typeof usual === 'number' && usual > 0 ? usual : 1;
  const near = scaled(draw, about / 10, about * 10);
  const value = Math.min(Math.max(chance(draw, 0.1) ? -near : near, least), most);
  return isWhole || schema.isInt ? Math.round(value) : value;
}
