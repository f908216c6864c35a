import type { Fact, ModelVersion } from '../event.ts';
import type { Parameters } from '../learning/contract.ts';
import { PHANTOM } from '../runtime/transcript.ts';
import { writeCheckpoint } from '../trace/checkpoint.ts';
import type { FileSink } from '../trace/sink.ts';
import { type Instant, type Seconds, toSeconds } from '../units.ts';
import { wallClock } from './wall-clock.ts';

/** How often a run is made safe: each so many rounds, virtual seconds, or seconds of wall time. */
export type CheckpointRule =
  | { readonly rounds: number }
  | { readonly seconds: Seconds }
  | { readonly wallSeconds: Seconds };

/** Models whose life is asked for where so many are known. */
const MODELS_LEAST = 2 ** 12;

/** Writes checkpoints between instants, when only work with a duration is under way: all its inputs are on the record. */
export class Checkpoints {
  readonly #rule: CheckpointRule;
  readonly #folder: string;
  readonly #sink: FileSink;
  /** Events of an earlier run that are on disk already, and only repeated. */
  readonly #kept: number;
  /** Models on the record, as long as anything else still knows them: what the world may need again is among them. */
  readonly #models = new Map<string, WeakRef<Parameters>>();
  #modelsMost = MODELS_LEAST;
  #last: number | undefined;
  #events = 0;
  /** Events that the last checkpoint was written after. */
  #written = 0;

  constructor(
    rule: CheckpointRule,
    { folder, sink, kept }: { readonly folder: string; readonly sink: FileSink; readonly kept: number },
  ) {
    this.#rule = rule;
    this.#folder = folder;
    this.#sink = sink;
    this.#kept = kept;
  }

  record(fact: Fact): void {
    this.#events++;
    for (const name in fact) this.#keep(fact[name as keyof Fact]);
    if ('memory' in fact) for (const { model } of fact.memory ?? []) this.#keep(model);
  }

  #keep(value: unknown): void {
    if (typeof value !== 'object' || value === null || !('digest' in value)) return;
    const { digest, parameters } = value as ModelVersion;
    if (parameters === undefined || parameters === PHANTOM) return;
    if (this.#models.get(digest)?.deref() !== undefined) return;
    this.#models.set(digest, new WeakRef(parameters));
    if (this.#models.size < this.#modelsMost) return;
    this.#alive();
    this.#modelsMost = Math.max(MODELS_LEAST, 2 * this.#models.size);
  }

  /** The models that are still there; the others are forgotten. */
  #alive(): Map<string, Parameters> {
    const vectors = new Map<string, Parameters>();
    for (const [digest, reference] of this.#models) {
      const parameters = reference.deref();
      if (parameters === undefined) this.#models.delete(digest);
      else vectors.set(digest, parameters);
    }
    return vectors;
  }

  /** Whether one is due. */
  isDue(now: Instant, round: number): boolean {
    const place = this.#place(now, round);
    this.#last ??= place;
    if (place - this.#last < this.#span) return false;
    this.#last = place;
    return true;
  }

  /** Writes a checkpoint, unless nothing has happened since the last. */
  visit(): void {
    // While events are repeated the trace on disk is ahead of them: the checkpoint that is there stays.
    if (this.#events < this.#kept || this.#events === this.#written) return;
    this.#written = this.#events;
    writeCheckpoint(this.#folder, { events: this.#events, trace: this.#sink.mark(), vectors: this.#alive() });
  }

  get #span(): number {
    return Object.values(this.#rule)[0] as number;
  }

  #place(now: Instant, round: number): number {
    if ('rounds' in this.#rule) return round;
    return 'seconds' in this.#rule ? toSeconds(now) : wallClock();
  }
}
