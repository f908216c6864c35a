import type { ActorEvent, Message, ModelVersion } from '../../src/event.ts';
import type { EdgeServerRole } from '../role.ts';

/** One exchange of a mixing: what has come from the neighbours, early messages included, and who can't take part. */
export interface Gossip {
  /** The exchange under way, first is 1. */
  readonly exchange: number;
  readonly inbox: readonly Extract<ActorEvent, { type: 'gossip.received' }>[];
  /** Neighbours that are away, each until the round in which it takes part again. */
  readonly away: readonly { readonly id: string; readonly until: number }[];
}

export const noGossip: Gossip = { exchange: 1, inbox: [], away: [] };

type At = Gossip & { readonly role: EdgeServerRole; readonly round: number; readonly model: ModelVersion };

/** The server's own model for all neighbours. */
export const gossip = ({ role, round, exchange, model }: At) => ({
  to: role.neighbours.map(({ id }) => id),
  message: { type: 'gossip.received', from: role.id, round, exchange, model } satisfies Message,
});

const modelOf = ({ inbox, round, exchange }: At, neighbour: string): ModelVersion | undefined =>
  inbox.find((each) => each.from === neighbour && each.round === round && each.exchange === exchange)?.model;

const isAway = ({ away, round }: At, neighbour: string): boolean =>
  away.some(({ id, until }) => id === neighbour && round < until);

/** Whether every neighbour's model of this exchange is here, or will never come. */
export const allHeard = (at: At): boolean =>
  at.role.neighbours.every(({ id }) => modelOf(at, id) !== undefined || isAway(at, id));

/**
 * One exchange, y_d ← Σ_j p_{j,d} y_j over itself and its neighbours, with the models that all had before the exchange.
 * The weight of a neighbour that is away stays with the server itself, so the weights still sum to 1.
 */
export function mix(at: At) {
  const { neighbours, selfWeight, position } = at.role;
  const heard = neighbours.map(({ id, weight }) => ({ weight, model: modelOf(at, id) }));
  const missing = heard.reduce((sum, { model, weight }) => (model === undefined ? sum + weight : sum), 0);
  const inOrder = heard.toSpliced(position, 0, { weight: selfWeight + missing, model: at.model });
  const present = inOrder.flatMap(({ model, weight }) => (model === undefined ? [] : [{ model, weight }]));
  return {
    round: at.round,
    exchange: at.exchange,
    models: present.map(({ model }) => model),
    weights: present.map(({ weight }) => weight),
  };
}

/** Drops what the exchange has used up. */
export const heardOut = ({ inbox, round, exchange }: At) =>
  inbox.filter((each) => each.round > round || (each.round === round && each.exchange > exchange));

export const left = ({ away }: Gossip, peer: string): Gossip['away'] => [
  ...away.filter(({ id }) => id !== peer),
  { id: peer, until: Number.POSITIVE_INFINITY },
];

export const returned = ({ away }: Gossip, peer: string, until: number): Gossip['away'] => [
  ...away.filter(({ id }) => id !== peer),
  { id: peer, until },
];
