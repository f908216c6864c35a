import type { Curve } from './curve.ts';

/** One run that a claim needs: a scenario of the study's module, with options replaced as `--set` does. */
export interface Setting {
  /** Export of the study's module. */
  readonly scenario: string;
  /** Dotted paths and values, in the order in which they are set. */
  readonly set: Readonly<Record<string, string | number>>;
  /** Without learning nothing is left to luck: one seed says all. */
  readonly once?: boolean;
}

/** What came out of each run that a claim asked for, one curve per seed. */
export type Measured<Run extends string> = Readonly<Record<Run, readonly Curve[]>>;

export interface Judgement {
  /** Means over the seeds, by what they are, with their unit in brackets where they have one: `SD [s]`. */
  readonly values: Readonly<Record<string, number>>;
  /** Whether the criterion is met, to the letter. */
  readonly holds: boolean;
  /** What a reader of the numbers should know. */
  readonly note?: string;
  readonly figure?: Figure;
}

/** A picture of what was measured, in plain numbers. */
export interface Figure {
  readonly title: string;
  readonly x: string;
  readonly y: string;
  /** Axes in powers of ten. */
  readonly logarithmic?: readonly ('x' | 'y')[];
  readonly lines: readonly {
    readonly name: string;
    /** The middle of the seeds, and the least and most of them. */
    readonly points: readonly { readonly x: number; readonly y: number; readonly low: number; readonly high: number }[];
  }[];
}

interface Stated {
  readonly id: string;
  /** What the paper, or its dossier, says. */
  readonly claim: string;
  /** When it counts as reproduced, as it was stated before anything was run. */
  readonly criterion: string;
  /** Seeds that it takes to tell the effect from luck, where the usual number is too small. */
  readonly seeds?: number;
}

/** A claim with the runs behind it, and the pure function that judges what they measured. */
export interface JudgedClaim<Run extends string = string> extends Stated {
  readonly runs: Readonly<Record<Run, Setting>>;
  readonly judge: (measured: Measured<Run>) => Judgement;
  /** Whether what it measures can be drawn. */
  readonly isDrawn?: boolean;
}

/** A claim that can't be run yet. */
export interface OpenClaim extends Stated {
  readonly open: string;
}

export type Claim = JudgedClaim | OpenClaim;

/** Lets a claim's judge see its own runs by name. */
export const claim = <Run extends string>(stated: JudgedClaim<Run>): Claim => stated as unknown as JudgedClaim;

/** The claims of a paper, at full length or in the short form of `--fast`. */
export type Paper = (form: { readonly fast: boolean }) => readonly Claim[];
