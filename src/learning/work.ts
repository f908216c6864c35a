import type { Passes } from './batches.ts';
import type { Parameters } from './contract.ts';
import type { Control } from './control.ts';

/** One client's local update in one round. */
export interface LocalWork {
  /** Index of the client, 0-based. */
  readonly client: number;
  /** The server's round that this update is for, first is 1: keys learning-rate schedules. */
  readonly round: number;
  /**
   * Steps that this client may have taken in its earlier local updates: keys mini-batches by (client, its local update, step),
   * whatever rounds these fell into.
   */
  readonly firstStep: number;
  readonly steps: number;
  /** Where the update is counted in passes over the own samples. */
  readonly passes?: Passes;
  readonly parameters: Parameters;
  /** Added to the gradient of each step. */
  readonly control?: Control;
  /** Whether the update tells the norm of each step's gradient. */
  readonly withNorms?: boolean;
}

/** The gradient of a client's whole loss, at parameters that stay. */
export interface GradientWork {
  readonly client: number;
  readonly parameters: Parameters;
  /** Whether to tell the norm of each sample's gradient too. */
  readonly withSampleNorms?: boolean;
}

/** The gradient of the mean loss over rows of several clients together, at parameters that stay. */
export interface PooledWork {
  readonly parameters: Parameters;
  /** For each row the client that holds it, and its number among that client's rows. */
  readonly clients: Uint32Array;
  readonly rows: Uint32Array;
}

/** What a gradient step returns. */
export interface LocalGradient {
  /** As long as the flat vector; 0 at running statistics. */
  readonly gradient: Parameters;
  /** Mean loss of the client's samples. */
  readonly loss: number;
  /** ‖gradient‖ */
  readonly norm: number;
  /** In the order of the client's samples, where they were asked for. */
  readonly sampleNorms?: readonly number[];
  /** Of the gradient's bytes. */
  readonly digest: string;
}

/** What a local update step returns. */
export interface LocalUpdate {
  readonly parameters: Parameters;
  readonly loss: number;
  /** The local step, first is 1, from which on the loss is no number any more. */
  readonly divergedAt?: number;
  /** ‖∇ℓ‖ of each step, before clipping, where they were asked for. */
  readonly gradientNorms?: readonly number[];
  /** Of the parameters' bytes, 16 hexadecimal digits. */
  readonly digest: string;
  /** Of what it changed, where that was asked for. */
  readonly statistics?: { readonly squaredNorm: number; readonly mean: number; readonly variance: number };
}
