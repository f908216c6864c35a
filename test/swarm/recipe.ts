import type { Source } from '../../dist/src/math/streams.js';

/** A part as data: kind and name, and the options that aren't its defaults. */
export interface PartRecipe {
  readonly part: string;
  readonly options: Readonly<Record<string, Value>>;
}
export type Value =
  | number
  | string
  | boolean
  | null
  | PartRecipe
  | readonly Value[]
  | { readonly [name: string]: Value };

/** What a script does, one after the other; actors by kind and number, so that they are there in a smaller world too. */
export interface Fault {
  readonly after: number;
  readonly act: 'crash' | 'restart' | 'cut' | 'mend' | 'block' | 'slow';
  readonly kind: 'client' | 'edge' | 'central';
  readonly index: number;
  /** Attenuation [dB], factor. */
  readonly strength: number;
  readonly lasting: number | null;
}

/** A run as data, so that it can be printed, made smaller, and kept as a test. */
export interface Recipe {
  readonly seed: number;
  /** Options of a scenario, parts as recipes. Sections that are left out have their defaults. */
  readonly options: Readonly<Record<string, Value>>;
  readonly faults: readonly Fault[];
}

export const isPartRecipe = (value: unknown): value is PartRecipe =>
  typeof value === 'object' && value !== null && 'part' in value;

export const pick = <T>(draw: Source, of: readonly T[]): T => of[Math.floor(draw() * of.length)] as T;
export const chance = (draw: Source, probability: number): boolean => draw() < probability;
export const whole = (draw: Source, least: number, most: number): number =>
  least + Math.floor(draw() * (most - least + 1));
/** Log-uniform, with few digits, so that it can be read. */
export const scaled = (draw: Source, least: number, most: number): number =>
  Number(Math.exp(Math.log(least) + draw() * Math.log(most / least)).toPrecision(2));
