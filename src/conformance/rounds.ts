import { largest } from '../math/extremes.ts';
import type { Source } from '../math/streams.ts';
import { streams } from '../math/streams.ts';
import { type Part, realise } from '../part.ts';
import type {
  Aggregation,
  Association,
  Collection,
  Contribution,
  Pacing,
  StalenessWeighting,
} from '../policies/policy.ts';
import { check, listOf, oneOf, show, type Thoroughness, upTo, weightProblem, without } from './check.ts';

const TOLERANCE = 1e-9;

/** Throws unless a pacing policy keeps its contract: pure, true or false, and closed once nothing more can come. */
export function conformsToPacing(policy: Pacing | Part<Pacing>, thoroughness?: Thoroughness): void {
  const closes = realise<Pacing>(policy);
  check<Collection>(
    {
      name: 'pacing',
      make(draw, size) {
        const invited = 1 + upTo(draw, size);
        const received = upTo(draw, invited);
        const lost = oneOf(draw, [invited - received, upTo(draw, invited - received)]);
        return { round: 1 + upTo(draw, 9), invited, received, lost, overdue: draw() < 0.3 };
      },
      smaller: ({ invited, received, lost, ...rest }) => {
        if (invited <= 1) return [];
        if (received > 0) return [{ ...rest, invited: invited - 1, received: received - 1, lost }];
        return lost > 0 ? [{ ...rest, invited: invited - 1, received, lost: lost - 1 }] : [];
      },
      ask: (input) => closes(input),
      rules: [
        {
          name: 'returns true or false',
          broken: (answer: unknown) => (typeof answer === 'boolean' ? undefined : `got ${show(answer)}`),
        },
        {
          name: 'closes once nothing more can come',
          broken: (answer: boolean, { invited, received, lost }) =>
            answer || received + lost < invited ? undefined : 'all have come or are lost, and the round stays open',
        },
      ],
    },
    thoroughness,
  );
}

/**
 * Throws unless an aggregation keeps its contract: pure, one finite weight of at least 0 for each contribution, not all 0,
 * and each contribution's weight the same whatever the order in which they are given.
 */
export function conformsToAggregation(policy: Aggregation | Part<Aggregation>, thoroughness?: Thoroughness): void {
  const weigh = realise<Aggregation>(policy);
  check<readonly Contribution[]>(
    {
      name: 'aggregation',
      make: (draw, size) => listOf(1 + upTo(draw, size), (at) => contributionOf(draw, at)),
      smaller: (input) => without(input),
      ask: (input) => weigh(input),
      rules: [
        {
          name: 'returns one finite weight of at least 0 for each contribution',
          broken: (weights: unknown, { length }) => weightProblem(weights, length),
        },
        {
          name: 'leaves some weight above 0, and a finite sum',
          broken(weights: readonly number[]) {
            const sum = weights.reduce((total, each) => total + each, 0);
            return sum > 0 && Number.isFinite(sum) ? undefined : `their sum is ${show(sum)}`;
          },
        },
        {
          name: 'weighs a contribution the same in any order',
          broken(weights: readonly number[], input, ask) {
            const turned = (ask(input.toReversed()) as readonly number[]).toReversed();
            const heaviest = largest(weights);
            const at = weights.findIndex(
              (each, i) => !(Math.abs(each - (turned[i] as number)) <= TOLERANCE * heaviest),
            );
            return at < 0 ? undefined : `${input[at]?.id}: ${weights[at]}, or ${turned[at]} in reverse order`;
          },
        },
      ],
    },
    thoroughness,
  );
}

const contributionOf = (draw: Source, at: number): Contribution => ({
  id: `client-${at}`,
  samples: oneOf(draw, [100, 100, 1 + upTo(draw, 500)]),
  staleness: oneOf(draw, [0, 0, upTo(draw, 20)]),
  localSteps: oneOf(draw, [5, 5, 1 + upTo(draw, 20)]),
});

interface Clusters {
  readonly clients: number;
  readonly edgeServers: number;
  readonly primaryClasses: readonly number[];
  readonly luck: number;
}

/** Throws unless an association keeps its contract: pure, one server for each client, and no server without a client. */
export function conformsToAssociation(policy: Association | Part<Association>, thoroughness?: Thoroughness): void {
  const associate = realise<Association>(policy);
  check<Clusters>(
    {
      name: 'association',
      make(draw, size) {
        const clients = 1 + upTo(draw, 2 * size);
        const edgeServers = 1 + upTo(draw, Math.min(clients, size) - 1);
        const primaryClasses = listOf(clients, () => upTo(draw, 9));
        return { clients, edgeServers, primaryClasses, luck: upTo(draw, 1_000_000) };
      },
      smaller: ({ clients, edgeServers, primaryClasses, luck }) =>
        clients <= edgeServers
          ? []
          : [{ clients: clients - 1, edgeServers, primaryClasses: primaryClasses.slice(0, -1), luck }],
      ask: (input) => associate({ ...input, draw: streams(input.luck)('conformance/luck').at(0) }),
      rules: [
        {
          name: 'gives each client a server from 0 to edgeServers − 1',
          broken(servers: unknown, { clients, edgeServers }) {
            if (!Array.isArray(servers) || servers.length !== clients)
              return `${clients} expected, got ${show(servers)}`;
            const at = servers.findIndex((each) => !(Number.isInteger(each) && each >= 0 && each < edgeServers));
            return at < 0 ? undefined : `client ${at} belongs to ${show(servers[at])} of ${edgeServers}`;
          },
        },
        {
          name: 'leaves no server without a client',
          broken(servers: readonly number[], { edgeServers }) {
            const idle = listOf(edgeServers, (server) => server).find((server) => !servers.includes(server));
            return idle === undefined ? undefined : `server ${idle} has none`;
          },
        },
      ],
    },
    thoroughness,
  );
}

/** Throws unless a staleness weighting keeps its contract: pure, positive and finite, no larger for staler models. */
export function conformsToStaleness(
  policy: StalenessWeighting | Part<StalenessWeighting>,
  thoroughness?: Thoroughness,
): void {
  const weigh = realise<StalenessWeighting>(policy);
  check<number>(
    {
      name: 'staleness',
      make: (draw, size) => upTo(draw, 4 * size),
      smaller: (age) => (age > 0 ? [age - 1] : []),
      ask: (age) => weigh(age),
      rules: [
        {
          name: 'is positive and finite',
          broken: (weight: number) => (weight > 0 && Number.isFinite(weight) ? undefined : `got ${show(weight)}`),
        },
        {
          name: 'is no larger for staler models',
          broken(weight: number, age, ask) {
            const staler = ask(age + 1) as number;
            return staler <= weight ? undefined : `${weight} at ${age}, ${show(staler)} at ${age + 1}`;
          },
        },
      ],
    },
    thoroughness,
  );
}
