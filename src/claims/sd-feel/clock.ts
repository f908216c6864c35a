import { type Claim, claim } from '../claim.ts';
import { across } from '../curve.ts';
import { type Form, type Synchronous, timing } from './settings.ts';

const BITS = 698_880;
const COMPUTING = (10 * 487_540) / 10e9;
const LIMIT = 1e-9;
const [TAU1, TAU2] = [5, 5];

/** T^{ct-ed}, T^{ed-ed}, T^{ed-cd}, T^{ct-cd} of a preset [s]. */
interface Links {
  readonly up: number;
  readonly edge: number;
  readonly cloud: number;
  readonly clientToCloud: number;
}

const UP = BITS / (1e6 * Math.log2(51));
const HIER_LIKE: Links = { up: UP, edge: BITS / 50e6, cloud: 10 * UP, clientToCloud: 10 * UP };
const RELAY: Links = { up: BITS / 5e6, edge: BITS / 50e6, cloud: BITS / 5e6, clientToCloud: (2 * BITS) / 5e6 };

/** What one round adds beyond its local steps, on average [s]; §3.1 of the dossier with α = 1. */
const BEYOND: Readonly<Record<string, (links: Links) => number>> = {
  'sd-feel': ({ up, edge }) => up + edge / TAU2,
  'hier-favg': ({ up, cloud }) => up + cloud / TAU2,
  'fed-avg': ({ clientToCloud }) => clientToCloud,
  feel: ({ up }) => up,
};
const SCHEMES = Object.keys(BEYOND) as NonNullable<Synchronous['scheme']>[];

/** The virtual clock counts whole nanoseconds, and a transfer ends on the first by which its last bit is through. */
const wholeNanoseconds = (seconds: number): number => Math.ceil(seconds * 1e9 - 1e-6) / 1e9;

/** The dossier's printed timeline: τ = (5,2), α = 2, 50 steps in 1.396225 s, from three durations in whole microseconds. */
const PRINTED = { computing: 0.0004875, up: 0.123207, edge: 0.013978, seconds: 1.396225 };

/** Claim C20: the engine's clock against the closed latency formulas, without learning. */
export function clockClaim(form: Form): Claim {
  const runs = (links: 'hier-like' | 'relay') =>
    SCHEMES.map((scheme) => [`${links} ${scheme}`, timing(form, { scheme, links })] as const);
  const printed = timing(form, {
    ...{ edgeRounds: 2, exchanges: 2, steps: 50 },
    also: {
      'channel.uplink': BITS / PRINTED.up,
      'backhaul.edge.rate': BITS / PRINTED.edge,
      'task.macsPerSample': (PRINTED.computing * 10e9) / 10,
    },
  });
  return claim({
    id: 'C20',
    claim: 'Total simulated time of homogeneous runs equals the formulas of §3.1 exactly',
    criterion: 'abs error < 1e−9',
    runs: Object.fromEntries([...runs('hier-like'), ...runs('relay'), ['printed', printed]]),
    judge(measured) {
      const seconds = (name: string) => across((curve) => curve.seconds)(measured[name] ?? []);
      const error = (links: 'hier-like' | 'relay', durations: Links) =>
        Math.max(
          ...SCHEMES.map((scheme) => {
            const round = TAU1 * COMPUTING + (BEYOND[scheme]?.(durations) ?? 0);
            return Math.abs(seconds(`${links} ${scheme}`) - (form.steps / TAU1) * round);
          }),
        );
      const counted: Links = {
        up: wholeNanoseconds(HIER_LIKE.up),
        edge: wholeNanoseconds(HIER_LIKE.edge),
        cloud: wholeNanoseconds(HIER_LIKE.cloud),
        clientToCloud: wholeNanoseconds(HIER_LIKE.clientToCloud),
      };
      const values = {
        'printed timeline [s]': Math.abs(seconds('printed') - PRINTED.seconds),
        'relay [s]': error('relay', RELAY),
        'hier-like [s]': error('hier-like', HIER_LIKE),
        'hier-like in whole ns [s]': error('hier-like', counted),
      };
      const holds = [values['printed timeline [s]'], values['relay [s]'], values['hier-like [s]']].every(
        (each) => each < LIMIT,
      );
      const note = `greatest error of four schemes after ${form.steps} iterations; the clock counts whole nanoseconds, so each upload of 123,206,557.67 ns takes 0.33 ns longer`;
      return { values, holds, note };
    },
  });
}
