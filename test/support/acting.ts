import type { AnyStateMachine } from 'xstate';
import type { CentralServerRole, ClientRole, EdgeServerRole } from '../../actors/role.ts';
import type { ActorEvent, ModelVersion, Update } from '../../src/event.ts';
import type { Effect } from '../../src/kernel/effect.ts';
import { drive } from '../../src/runtime/actor.ts';

/** A model by name. */
export const modelOf = (digest: string): ModelVersion => ({ parameters: undefined, digest });

export const updateOf = (digest: string, samples = 10): Update => ({
  ...{ model: modelOf(digest), samples, localSteps: 5, loss: 0.5 },
});

/** An actor that is told events one by one, with no pool and no clock. */
export function act<Context>(machine: AnyStateMachine, role: unknown) {
  const driver = drive(machine);
  let state = driver.initial(role);
  let effects: readonly Effect[] = [...driver.asked];
  return {
    /** Hands it events in order; the effects of the last one. */
    tell(...events: readonly ActorEvent[]): readonly Effect[] {
      for (const event of events) {
        state = driver.next(state, event);
        effects = [...driver.asked];
      }
      return effects;
    },
    get state(): unknown {
      return state.value;
    },
    get context(): Context {
      return state.context as Context;
    },
    get effects(): readonly Effect[] {
      return effects;
    },
  };
}

export const clientRole: ClientRole = {
  id: 'client-0',
  server: 'edge-0',
  samples: 10,
  sendsBase: false,
  reports: false,
  exchanges: undefined,
};

const waitForAll: CentralServerRole['pacing'] = ({ invited, received, lost, overdue }) =>
  overdue || received + lost >= invited;

const collector = {
  members: ['client-0', 'client-1', 'client-2'],
  initial: modelOf('initial'),
  rounds: Number.POSITIVE_INFINITY,
  pacing: waitForAll,
  aggregation: (contributions: readonly { readonly samples: number }[]) => contributions.map(({ samples }) => samples),
  uplink: undefined,
};

export const centralRole = (changes: Partial<CentralServerRole> = {}): CentralServerRole => ({
  ...{ ...collector, id: 'central', overEdgeServers: false, remembers: false, control: undefined, setUp: undefined },
  releasesLate: false,
  ...changes,
});

/** Edge server 1 of three in a line: neighbours on both sides. */
export const edgeRole = (changes: Partial<EdgeServerRole> = {}): EdgeServerRole => ({
  ...{ ...collector, id: 'edge-1', samples: 30, edgeRounds: 1, exchanges: 1 },
  neighbours: [
    { id: 'edge-0', weight: 0.25 },
    { id: 'edge-2', weight: 0.25 },
  ],
  ...{ selfWeight: 0.5, position: 1, asynchronous: undefined, parent: undefined },
  ...{ barrier: 'neighbour', consensusExchanges: 0 },
  ...changes,
});

/** A policy's answer; `idle` members were free to be invited. */
export const scheduled = (
  round: number,
  cohort: readonly string[],
  closeAfter: number | null = null,
  idle = cohort.length,
): ActorEvent => ({ type: 'cohort.scheduled', round, cohort, idle, closeAfter });

export const received = (from: string, round: number, digest = `${from}'s`, samples = 10): ActorEvent => ({
  ...{ type: 'update.received', from, round },
  ...updateOf(digest, samples),
});

export const combined = (round: number, exchange: number, digest: string): ActorEvent => ({
  ...{ type: 'models.combined', round, exchange, model: modelOf(digest) },
});

export const heard = (from: string, round: number, exchange = 1): ActorEvent => ({
  ...{ type: 'gossip.received', from, round, exchange, model: modelOf(`${from}:${round}.${exchange}`) },
});

export const model = (from: string, round: number, digest = `of ${round}`): ActorEvent => ({
  ...{ type: 'model.received', from, round, model: modelOf(digest) },
});

export const typesOf = (effects: readonly Effect[]): string[] => effects.map(({ type }) => type);

/** The only effect of a type. */
export function only<Type extends Effect['type']>(
  effects: readonly Effect[],
  type: Type,
): Extract<Effect, { type: Type }> {
  const found = effects.filter((effect): effect is Extract<Effect, { type: Type }> => effect.type === type);
  if (found.length !== 1)
    throw new Error(`${found.length} effects of type ${type} among ${typesOf(effects).join(', ')}`);
  return found[0]!;
}
