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

/** Runs a path; undefined where it leads to a branch that has never been taken. Effects are added to `asked`. */
export function replay<Position>(
  path: Path<Position>,
  before: object,
  event: ActorEvent,
  asked: Effect[],
): { readonly position: Position; readonly context: object } | undefined {
  let context = before;
  let at: Path<Position> | undefined = path;
  while (at !== undefined) {
    if (at.kind === 'end') return { position: at.position, context };
    if (at.kind === 'guard') at = at.test({ context, event }) ? at.yes : at.no;
    else if (at.kind === 'assign') {
      const { assignment }: { assignment: Assignment } = at;
      context = { ...context, ...(typeof assignment === 'function' ? assignment({ context, event }) : assignment) };
      at = at.next;
    } else {
      asked.push({ type: at.type, ...at.params({ context, event }) } as Effect);
      at = at.next;
    }
  }
  return undefined;
}
