import { power } from '../math/power.ts';
import type { Source } from '../math/streams.ts';
import type { Access, Demand, Grant } from '../network/contract.ts';
import { type Part, realise } from '../part.ts';
import type { Hertz } from '../units.ts';
import { check, listOf, oneOf, type Rule, show, type Thoroughness, upTo, without } from './check.ts';

const TOLERANCE = 1e-6;

/** How thoroughly, and what there is to share [Hz]: Σ bandwidth · airtime · success is to stay within; any where left out. */
export type AccessThoroughness = Thoroughness & { readonly bandwidth?: Hertz };

/**
 * Throws unless an allocation of bandwidth keeps its contract: pure, one grant for each demand, in range, and somebody
 * transmits, since it is asked again only when a transfer comes or goes.
 *
 * @param allocation a function from demands to grants
 */
export function conformsToAllocation(
  allocation: Access['grant'],
  { bandwidth, ...thoroughness }: AccessThoroughness = {},
): void {
  check<readonly Demand[]>(
    {
      name: 'allocation',
      make: demandsOf,
      smaller: (input) => without(input),
      ask: (input) => allocation(input),
      rules: rulesOf(bandwidth),
    },
    thoroughness,
  );
}

interface Contest {
  readonly demands: readonly Demand[];
  /** |h|² of each demand's link relative to its mean. */
  readonly gains: readonly number[];
}

interface Answer {
  readonly grants: readonly Grant[];
  readonly picked: number | undefined;
}

/**
 * Throws unless an access scheme keeps its contract: its grants are those of an allocation; they don't depend on others where
 * it says that it is `independent`; and where it follows the fading, it picks one of those who wait.
 */
export function conformsToAccess(
  scheme: Access | Part<Access>,
  { bandwidth, ...thoroughness }: AccessThoroughness = {},
): void {
  const access = realise<Access>(scheme);
  const rules = rulesOf(bandwidth).map(
    ({ name, broken }): Rule<Contest> => ({
      name,
      broken: ({ grants }: Answer, { demands }, ask) =>
        broken(
          grants as never,
          demands,
          (fewer) => (ask({ demands: fewer, gains: fewer.map(() => 1) }) as Answer).grants,
        ),
    }),
  );
  check<Contest>(
    {
      name: 'access',
      make(draw, size) {
        const demands = demandsOf(draw, size);
        return { demands, gains: demands.map(() => oneOf(draw, [1, 1, 3 * draw()])) };
      },
      smaller: ({ demands, gains }) =>
        without(demands.map((demand, at) => ({ demand, gain: gains[at] as number }))).map((fewer) => ({
          demands: fewer.map(({ demand }) => demand),
          gains: fewer.map(({ gain }) => gain),
        })),
      ask: ({ demands, gains }): Answer => ({ grants: access.grant(demands), picked: access.pick?.(gains) }),
      rules: [
        ...rules,
        {
          name: 'picks one of those who wait',
          broken({ picked }: Answer, { gains }) {
            const isOne = picked === undefined || gains[picked] !== undefined;
            return isOne ? undefined : `picks ${show(picked)} of ${gains.length}`;
          },
        },
        {
          name: 'grants the same to a demand alone, where it is independent',
          broken({ grants }: Answer, { demands }, ask) {
            if (!access.independent) return undefined;
            const alone = demands.map((each) => (ask({ demands: [each], gains: [1] }) as Answer).grants[0]);
            const at = grants.findIndex((each, index) => show(each) !== show(alone[index]));
            return at < 0 ? undefined : `${show(grants[at])} among others, ${show(alone[at])} alone`;
          },
        },
      ],
    },
    thoroughness,
  );
}

const rulesOf = (bandwidth: Hertz = Number.POSITIVE_INFINITY): Rule<readonly Demand[]>[] => [
  {
    name: 'grants each demand a bandwidth and a share of the time',
    broken(grants: unknown, { length }) {
      if (!Array.isArray(grants) || grants.length !== length) return `${length} expected, got ${show(grants)}`;
      const at = grants.findIndex((grant: Partial<Grant> | null) => !isGrant(grant));
      return at < 0 ? undefined : `grant ${at} is ${show(grants[at])}`;
    },
  },
  {
    name: 'lets somebody transmit',
    broken: (grants: readonly Grant[]) => (grants.some((each) => used(each) > 0) ? undefined : 'nobody does'),
  },
  {
    name: 'stays within the bandwidth',
    broken(grants: readonly Grant[]) {
      const sum = grants.reduce((total, each) => total + used(each), 0);
      return sum <= bandwidth * (1 + TOLERANCE) ? undefined : `${sum} Hz of ${bandwidth} Hz`;
    },
  },
];

/** What gets through of it. */
const used = ({ bandwidth, airtime, success = 1 }: Grant): number => bandwidth * airtime * success;

function isGrant(grant: Partial<Grant> | null): boolean {
  const { bandwidth = Number.NaN, airtime = Number.NaN, success = 1 } = grant ?? {};
  return Number.isFinite(bandwidth) && bandwidth >= 0 && airtime >= 0 && airtime <= 1 && success >= 0 && success <= 1;
}

const demandsOf = (draw: Source, size: number): Demand[] =>
  listOf(1 + upTo(draw, size), (id) => ({
    id,
    client: `client-${id}`,
    remaining: oneOf(draw, [1e6, 1e6, 1 + upTo(draw, 1_000_000)]),
    snr: oneOf(draw, [10, 10, power(10, 6 * draw() - 2)]),
  }));
