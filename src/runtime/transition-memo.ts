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
export function replay<Position extends { readonly value: unknown }>(
  path: Path<Position>,
  before: object,
  event: ActorEvent,
  asked: Effect[],
): { readonly value: unknown; readonly context: object; readonly position: Position } | undefined {
  // One object for all that the transition runs, and one copy of the context however often it changes.
  const args = { context: before, event };
  let at: Path<Position> | undefined = path;
  while (at !== undefined) {
    if (at.kind === 'end') return { value: at.position.value, context: args.context, position: at.position };
    if (at.kind === 'guard') at = at.test(args) ? at.yes : at.no;
    else if (at.kind === 'assign') {
      const { assignment }: { assignment: Assignment } = at;
      args.context = changed(before, args.context, typeof assignment === 'function' ? assignment(args) : assignment);
      at = at.next;
    } else {
      asked.push({ type: at.type, ...at.params(args) } as Effect);
      at = at.next;
    }
  }
  return undefined;
}

/** The context with changes; what was there before the transition stays as it is. */
function changed(before: object, context: object, changes: object): object {
  if (changes === context) return context;
  const known = context as Readonly<Record<string, unknown>>;
  const news = changes as Readonly<Record<string, unknown>>;
  let own = context === before ? undefined : (context as Record<string, unknown>);
  for (const name in news) {
    if (own === undefined) {
      if (known[name] === news[name] && name in known) continue;
      own = { ...known };
    }
    own[name] = news[name];
  }
  return own ?? context;
}
