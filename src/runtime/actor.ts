import { type AnyMachineSnapshot, type AnyStateMachine, assign, createActor } from 'xstate';
import type { ActorEvent } from '../event.ts';
import type { Effect } from '../kernel/effect.ts';
import { type Assignment, type Operation, type Path, pathOf, type Recorded, replay } from './transition-memo.ts';

/** The state of one actor: where it is in its statechart, and its context. The actor's next transition uses it up. */
export interface ActorState {
  /** XState's state value: a string, or an object for parallel and nested states. */
  readonly value: unknown;
  readonly context: object;
  /** What is known of the transitions out of this state value. */
  readonly position: Position;
}

/** A state value of a machine, with the paths that transitions out of it have been seen to take, by event type. */
interface Position {
  readonly value: unknown;
  readonly snapshot: AnyMachineSnapshot;
  readonly paths: Map<string, Path<Position>>;
}

/** A machine, driven by pure transitions: what it asks for comes back as data. */
export interface Driver {
  initial(input: unknown): ActorState;
  next(state: ActorState, event: ActorEvent): ActorState;
  /** Effects of the last call, in order. */
  readonly asked: readonly Effect[];
}

/**
 * Drives all actors of one machine. XState itself takes every transition that has not been seen before; from then on the
 * same transition (same state value, event type and outcomes of guards) repeats the operations that XState was seen to
 * run, which is some ten times as fast. Guards, assignments and parameters must be functions of context and event alone.
 */
export function drive(machine: AnyStateMachine): Driver {
  const tape: Recorded[] = [];
  const tapped = tap(machine, tape);
  const scope = silentScope(tapped);
  let asked: Effect[] = [];
  const positions = new Map<string, Position>();

  const stateAt = (snapshot: AnyMachineSnapshot): ActorState => {
    const key = JSON.stringify(snapshot.value);
    const position = positions.get(key) ?? { value: snapshot.value, snapshot, paths: new Map() };
    positions.set(key, position);
    return { value: position.value, context: snapshot.context as object, position };
  };

  /** Lets XState take the transition, and keeps what it ran. */
  const observe = ({ position, context }: ActorState, event: ActorEvent): ActorState => {
    tape.length = 0;
    const from = { ...position.snapshot, context } as AnyMachineSnapshot;
    const state = stateAt(tapped.transition(from, event, scope as never) as AnyMachineSnapshot);
    position.paths.set(event.type, pathOf(tape, state.position, position.paths.get(event.type)));
    return state;
  };

  const collect = (recorded: readonly Recorded[]): void => {
    for (const { asked: effect } of recorded) if (effect !== undefined) asked.push(effect);
  };

  return {
    get asked() {
      return asked;
    },
    initial(input) {
      asked = [];
      tape.length = 0;
      const state = stateAt(tapped.getInitialSnapshot(scope as never, input) as AnyMachineSnapshot);
      collect(tape);
      return state;
    },
    next(state, event) {
      asked = [];
      const { position, context } = state;
      const path = position.paths.get(event.type);
      const ending = path && replay(path, context, event, asked);
      if (ending !== undefined) return { value: ending.value, context, position: ending };
      asked = [];
      const observed = observe(state, event);
      collect(tape);
      return observed;
    },
  };
}

type Args = { readonly context: object; readonly event: ActorEvent };
type Implementations = { guards: Record<string, never>; actions: Record<string, never> };
type Tapped = { type: string; params?: unknown };

/** The same machine, which puts on tape whatever it runs: guards, assignments, and what it asks for. */
function tap(machine: AnyStateMachine, tape: Recorded[]): AnyStateMachine {
  const { guards, actions } = machine.implementations as unknown as Implementations;
  const tapped = machine.provide({
    guards: mapped(guards, (guard: (args: Args) => boolean) => (args: Args) => {
      const holds = guard(args);
      tape.push({ operation: { kind: 'guard', test: guard }, outcome: holds });
      return holds;
    }),
    actions: mapped(actions, (action: { assignment?: Assignment }) => {
      const { assignment } = action;
      if (assignment === undefined) return action;
      return assign((args: Args) => {
        tape.push({ operation: { kind: 'assign', assignment } });
        return typeof assignment === 'function' ? assignment(args) : assignment;
      });
    }),
  } as never);
  const tapAction = (action: Tapped): Tapped => {
    if (typeof action !== 'object' || action.params === undefined) return action;
    const { type, params } = action;
    const constant = { type, ...(params as object) };
    const resolve = (typeof params === 'function' ? params : () => constant) as (args: Args) => object;
    const operation: Operation = { kind: 'ask', type: type as Effect['type'], params: resolve };
    return {
      type,
      params: (args: Args) => {
        const resolved = resolve(args);
        tape.push({ operation, asked: { type, ...resolved } as Effect });
        return resolved;
      },
    };
  };
  tapNode(tapped.root as unknown as Node, tapAction);
  return tapped;
}

interface Node {
  entry: Tapped[];
  exit: Tapped[];
  always?: { actions: Tapped[] }[];
  readonly transitions: Map<string, { actions: Tapped[] }[]>;
  readonly states: Record<string, Node>;
}

function tapNode(node: Node, tapAction: (action: Tapped) => Tapped): void {
  node.entry = node.entry.map(tapAction);
  node.exit = node.exit.map(tapAction);
  for (const transition of [...node.transitions.values(), node.always ?? []].flat()) {
    transition.actions = transition.actions.map(tapAction);
  }
  for (const child of Object.values(node.states)) tapNode(child, tapAction);
}

/** One scope for all actors of a machine, which runs nothing: XState's `transition` would build one at each call. */
function silentScope(machine: AnyStateMachine) {
  const inert = createActor(machine, { input: INERT_INPUT as never });
  return {
    ...{ self: inert, id: '', sessionId: '', system: inert.system },
    ...{ logger: nothing, defer: nothing, emit: nothing, stopChild: nothing, actionExecutor: nothing },
  };
}

const nothing = () => {};
/** The inert actor is never started; machines only copy their input into the context. */
const INERT_INPUT = {};

const mapped = <Value, Result>(
  values: Record<string, Value>,
  change: (value: Value) => Result,
): Record<string, Result> => Object.fromEntries(Object.entries(values).map(([name, value]) => [name, change(value)]));
