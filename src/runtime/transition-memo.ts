import type { ActorEvent } from '../event.ts';
import type { Effect } from '../kernel/effect.ts';

type Args = { readonly context: object; readonly event: ActorEvent };
export type Assignment = ((args: Args) => object) | object;

/** What a transition runs, in order. */
export type Operation =
  | { readonly kind: 'guard'; readonly test: (args: Args) => boolean }
  | { readonly kind: 'assign'; readonly assignment: Assignment }
  | { readonly kind: 'ask'; readonly type: Effect['type']; readonly params: (args: Args) => object };

/** An operation as it was seen to run. */
export interface Recorded {
  readonly operation: Operation;
  /** Of a guard. */
  readonly outcome?: boolean;
  /** What an `ask` came to. */
  readonly asked?: Effect;
}

/** Operations of a transition, branching at guards; a branch that has never been taken is missing. */
export type Path<Position> =
  | { readonly kind: 'end'; readonly position: Position }
  | { readonly kind: 'guard'; readonly test: (args: Args) => boolean; yes?: Path<Position>; no?: Path<Position> }
  | { readonly kind: 'assign'; readonly assignment: Assignment; readonly next: Path<Position> }
  | {
      readonly kind: 'ask';
      readonly type: Effect['type'];
      readonly params: (args: Args) => object;
      readonly next: Path<Position>;
    };

/** The tape of one transition as a path, grown onto the paths that are known already. */
export function pathOf<Position>(
  tape: readonly Recorded[],
  position: Position,
  known: Path<Position> | undefined,
  from = 0,
): Path<Position> {
  const recorded = tape[from];
  if (recorded === undefined) return { kind: 'end', position };
  const { operation, outcome } = recorded;
  if (operation.kind !== 'guard') {
    // The same operations follow as before, up to the next guard.
    const after = known !== undefined && 'next' in known ? known.next : undefined;
    return { ...operation, next: pathOf(tape, position, after, from + 1) };
  }
  const branch = known?.kind === 'guard' ? known : undefined;
  const grown = pathOf(tape, position, outcome ? branch?.yes : branch?.no, from + 1);
  return { ...branch, ...operation, ...(outcome ? { yes: grown } : { no: grown }) };
}

/**
 * Runs a path on a context, which it changes, and adds effects to `asked`; undefined where it leads to a branch that has
 * never been taken: then the context is as it was.
 */
export function replay<Position>(
  path: Path<Position>,
  context: object,
  event: ActorEvent,
  asked: Effect[],
): Position | undefined {
  // One object for all that the transition runs.
  const args = { context, event };
  changes.begin(context);
  let at: Path<Position> | undefined = path;
  while (at !== undefined) {
    if (at.kind === 'end') return at.position;
    if (at.kind === 'guard') at = at.test(args) ? at.yes : at.no;
    else if (at.kind === 'assign') {
      const { assignment }: { assignment: Assignment } = at;
      changes.apply(typeof assignment === 'function' ? assignment(args) : assignment);
      at = at.next;
    } else {
      asked.push(effectOf(at, args));
      at = at.next;
    }
  }
  changes.undo();
  return undefined;
}

type Asking = Extract<Operation, { kind: 'ask' }>;

/** Parameters, which are made anew by each call, become the effect: a copy of them would cost more than the transition. */
export function effectOf({ type, params }: Pick<Asking, 'type' | 'params'>, args: Args): Effect {
  const effect = params(args) as { type?: Effect['type'] };
  effect.type = type;
  return effect as Effect;
}

type Fields = Record<string, unknown>;

/** What the transition under way has changed of its actor's context, and what stood there before. */
class Changes {
  #context: Fields = {};
  #count = 0;
  readonly #names: string[] = [];
  readonly #before: unknown[] = [];

  begin(context: object): void {
    this.#context = context as Fields;
    this.#count = 0;
  }

  apply(changes: object): void {
    const context = this.#context;
    if (changes === context) return;
    const news = changes as Readonly<Fields>;
    for (const name in news) {
      const [before, now] = [context[name], news[name]];
      if (before === now && (now !== undefined || name in context)) continue;
      this.#names[this.#count] = name;
      this.#before[this.#count++] = before;
      context[name] = now;
    }
  }

  undo(): void {
    while (this.#count > 0) {
      const name = this.#names[--this.#count] as string;
      this.#context[name] = this.#before[this.#count];
    }
  }
}

/** Transitions run one at a time. */
const changes = new Changes();
