import { DivergenceError } from '../errors.ts';
import type { ActorEvent, Fact, MemorySlot, ModelVersion } from '../event.ts';
import type { Parameters } from '../learning/contract.ts';
import { eventIn } from '../trace/reader.ts';

/** Stands for the parameters of a model that a replay doesn't need; no step may compute with it. */
export const PHANTOM: Parameters = new Float32Array(0);

const CONTEXT = 5;
const NO_VECTORS: ReadonlyMap<string, Parameters> = new Map();

export interface TranscriptOptions {
  /** Recorded events, in order. */
  readonly lines: Iterable<string>;
  /** So many events take the results of their steps from the record; from then on steps run. */
  readonly feeding: number;
  /** Events from this instant on [ns] may differ; by default none. */
  readonly until?: number;
  /** So many lines are to be repeated, where more may be there. */
  readonly count?: number;
  /** Parameters of models that are needed once steps run, by digest. */
  readonly vectors?: ReadonlyMap<string, Parameters>;
}

/**
 * The record of a run, as the same run is made again: it gives steps their recorded results, and compares every event.
 *
 * Whatever comes out of a step and matters stands in the event that completes the step, under its own name. The line of
 * that event is the next to be compared at the moment at which a result is taken, so it is the result. A model that is
 * made now and recorded later (at neighbours of an exchange) gets its digest from the first line in which it stands.
 */
export class Transcript {
  readonly #lines: Iterator<string>;
  readonly #options: TranscriptOptions;
  readonly #before: string[] = [];
  #next: string | undefined;
  #parsed: Readonly<Record<string, unknown>> | undefined;
  #index = 0;
  /** Whether any result stands for a model that has no name yet. */
  #hasModels = false;

  constructor(options: TranscriptOptions) {
    this.#options = options;
    this.#lines = options.lines[Symbol.iterator]();
    this.#pull();
  }

  /** Whether results come from the record still. */
  get isFeeding(): boolean {
    return this.#index < this.#options.feeding;
  }

  /** Events that have been repeated. */
  get repeated(): number {
    return this.#index;
  }

  /** The result of the step that is being completed. */
  output(): RecordedOutput {
    return new RecordedOutput(this.#fields, this.#options.vectors ?? NO_VECTORS);
  }

  /** A result that stands for a model, which is recorded later under its digest. */
  model(output: RecordedOutput): ModelVersion {
    this.#hasModels = true;
    return output;
  }

  /** Gives models that are unnamed yet the digests which the record has for them. */
  name(fact: Fact): void {
    if (!this.#hasModels) return;
    const fields = fact as unknown as Readonly<Record<string, unknown>>;
    for (const field in fields) {
      const value = fields[field];
      if (value instanceof RecordedOutput) value.name(this.#fields[field]);
    }
  }

  /** Compares an event with the record; false once the record is over. */
  compare(at: number, text: string): boolean {
    const { until = Number.POSITIVE_INFINITY, count = Number.POSITIVE_INFINITY } = this.#options;
    if (at >= until || this.#index >= count) return false;
    if (text !== this.#next) throw this.#divergence(text);
    this.#before.push(text);
    if (this.#before.length > CONTEXT) this.#before.shift();
    this.#index++;
    this.#pull();
    return true;
  }

  /** The run is over: so must be the record. */
  end(): void {
    const { until, count = Number.POSITIVE_INFINITY } = this.#options;
    if (this.#next !== undefined && this.#index < count && until === undefined) throw this.#divergence(undefined);
  }

  #divergence(actual: string | undefined): DivergenceError {
    return new DivergenceError({ index: this.#index, expected: this.#next, actual, before: [...this.#before] });
  }

  get #fields(): Readonly<Record<string, unknown>> {
    this.#parsed ??= parse(this.#next);
    return this.#parsed;
  }

  #pull(): void {
    this.#next = this.#lines.next().value as string | undefined;
    this.#parsed = undefined;
  }
}

interface RecordedSlot {
  readonly slot: string;
  readonly model: string;
}

/** What a step returned when the run was recorded: a model without its numbers, and the numbers of the event. */
export class RecordedOutput implements ModelVersion {
  readonly #fields: Readonly<Record<string, unknown>>;
  readonly #vectors: ReadonlyMap<string, Parameters>;
  #digest: string | undefined;

  constructor(fields: Readonly<Record<string, unknown>>, vectors: ReadonlyMap<string, Parameters>) {
    this.#fields = fields;
    this.#vectors = vectors;
  }

  get digest(): string {
    return this.#digest ?? String(this.#fields.model ?? '');
  }

  get parameters(): Parameters {
    return this.#vectors.get(this.digest) ?? PHANTOM;
  }

  /** The numbers of the event, by name. */
  get numbers(): Readonly<Record<string, unknown>> {
    const numbers: Record<string, unknown> = {};
    for (const name in this.#fields) if (!FRAME.has(name)) numbers[name] = numberOf(this.#fields[name]);
    return numbers;
  }

  /** An event as it was recorded, where the step completes it; what was known before stays as it is now. */
  completing(event: ActorEvent): ActorEvent {
    const known = event as unknown as Readonly<Record<string, unknown>>;
    const model = this.#model(this.digest);
    const completed: Record<string, unknown> = { type: event.type };
    for (const name in this.#fields) {
      if (FRAME.has(name)) continue;
      const value = this.#fields[name];
      if (name === 'model') completed.model = model;
      else if (name === 'memory') completed.memory = (value as RecordedSlot[]).map((slot) => this.#slot(slot));
      else completed[name] = known[name] === undefined || Number.isNaN(known[name]) ? numberOf(value) : known[name];
    }
    for (const name in known) completed[name] ??= name === 'model' ? model : known[name];
    return completed as unknown as ActorEvent;
  }

  #model(digest: string): ModelVersion {
    return { parameters: this.#vectors.get(digest) ?? PHANTOM, digest };
  }

  /** A server remembers models, which it computes with rounds later. */
  #slot({ slot, model }: RecordedSlot): MemorySlot {
    return { slot, model: this.#model(model) };
  }

  name(digest: unknown): void {
    this.#digest ??= String(digest);
  }
}

/** A line that can't be read is unequal to any event; comparing says so. */
function parse(text: string | undefined): Readonly<Record<string, unknown>> {
  const event = text === undefined ? '' : eventIn(text);
  return typeof event === 'string' ? {} : event;
}

/** Numbers that were not finite stand as null. */
const numberOf = (value: unknown): unknown => (value === null ? Number.NaN : value);

/** Fields of a line that no step returns. */
const FRAME: ReadonlySet<string> = new Set(['at', 'actor', 'kind', 'digest', 'parameters']);
