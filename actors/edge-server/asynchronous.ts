import type { ActorEvent, Message, ModelVersion } from '../../src/event.ts';
import { type Round, weighed } from '../collecting.ts';
import type { EdgeServerRole } from '../role.ts';
import type { Gossip } from './gossip.ts';

type At = Round & Gossip & { readonly role: EdgeServerRole };

const isHere = ({ away, round }: At, neighbour: string): boolean =>
  !away.some(({ id, until }) => id === neighbour && round < until);

const neighboursHere = (at: At): string[] => at.role.neighbours.map(({ id }) => id).filter((id) => isHere(at, id));

/**
 * What an asynchronous server adds to its present model y when its clients' updates are in,
 *
 *   ŷ ← y + Σ_i c_i (w_i − y_base),   c_i = m̂_i θ̄ / θ_i,   θ̄ = Σ_i m̂_i θ_i,
 *
 * as weights of the models w_i and y_base: the mean of normalised updates, times the mean number of local steps θ̄. Without
 * normalisation c_i = m̂_i. Its neighbours may have changed y since y_base went out: that is the staleness.
 *
 * Source: dossier of the asynchronous SD-FEEL papers (ICC 2022, TNSM 2023); the exact assembly is reconstructed.
 */
export function exchange(at: At) {
  const { updates, weights } = weighed(at.role, at);
  const mean = updates.reduce((sum, { localSteps }, index) => sum + (weights[index] as number) * localSteps, 0);
  const shares = updates.map(({ localSteps }, index) => {
    const weight = weights[index] as number;
    return at.role.asynchronous?.normalised ? (weight * mean) / localSteps : weight;
  });
  const total = shares.reduce((sum, share) => sum + share, 0);
  return {
    round: at.round,
    models: [...updates.map(({ model }) => model), at.base],
    weights: [...shares, -total],
    neighbours: neighboursHere(at),
  };
}

/** What an exchange leaves to be taken in by neighbours: ŷ, and its weight at each server. */
export interface Outgoing {
  readonly model: ModelVersion;
  readonly weights: ReadonlyMap<string, number>;
}

export const outgoing = (event: Extract<ActorEvent, { type: 'models.mixed' }>): Outgoing | undefined =>
  event.shared && {
    model: event.shared,
    weights: new Map(event.servers.map((server, index) => [server, event.sharedWeights?.[index] ?? 0])),
  };

/** The server's model on its way to the neighbours that are up: the exchange takes as long as that. */
export function share(at: At & { readonly outgoing: Outgoing | undefined }) {
  const to = neighboursHere(at);
  const { model, weights } = at.outgoing ?? { model: at.model, weights: undefined };
  const message = { type: 'model.shared', from: at.role.id, round: at.round, model } satisfies Message;
  if (weights === undefined) return { to, message };
  return { to, message: to.map((neighbour): Message => ({ ...message, weight: weights.get(neighbour) ?? 0 })) };
}

/** Whether every neighbour that is up has the model. */
export const allAcknowledged = (at: At & { readonly acknowledged: readonly string[] }): boolean =>
  neighboursHere(at).every((id) => at.acknowledged.includes(id));
