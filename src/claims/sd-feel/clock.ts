import { largest } from '../../math/extremes.ts';
import { type Claim, claim } from '../claim.ts';
import { across } from '../curve.ts';
import { type Form, type Synchronous, timing } from './settings.ts';

const BITS = 698_880;
const COMPUTING = (10 * 487_540) / 10e9;
const [TAU1, TAU2] = [5, 5];
const NANOSECONDS_PER_SECOND = 1e9;

/** T^{ct-ed}, T^{ed-ed}, T^{ed-cd}, T^{ct-cd} of a preset [s]; the client's way to the cloud in its parts. */
interface Links {
  readonly up: number;
  readonly edge: number;
  readonly cloud: number;
  readonly clientToCloud: readonly number[];
}

const UP = BITS / (1e6 * Math.log2(51));
const HIER_LIKE: Links = { up: UP, edge: BITS / 50e6, cloud: 10 * UP, clientToCloud: [10 * UP] };
const RELAY_UP = BITS / 5e6;
const RELAY: Links = { up: RELAY_UP, edge: BITS / 50e6, cloud: RELAY_UP, clientToCloud: [RELAY_UP, RELAY_UP] };

/** What a run is made of [s]: computing and transfers of each round, and transfers of every τ₂-th. */
interface Times {
  readonly computing: number;
  readonly everyRound: readonly number[];
  readonly everyMixing: readonly number[];
}

const OF_SCHEME: Readonly<Record<NonNullable<Synchronous['scheme']>, (links: Links) => Omit<Times, 'computing'>>> = {
  'sd-feel': ({ up, edge }) => ({ everyRound: [up], everyMixing: [edge] }),
  'hier-favg': ({ up, cloud }) => ({ everyRound: [up], everyMixing: [cloud] }),
  'fed-avg': ({ clientToCloud }) => ({ everyRound: clientToCloud, everyMixing: [] }),
  feel: ({ up }) => ({ everyRound: [up], everyMixing: [] }),
};
const SCHEMES = Object.keys(OF_SCHEME) as (keyof typeof OF_SCHEME)[];

/** Rounding of a product of a few numbers, in units of a nanosecond. */
const ROUNDING = 1e-6;
/** A transfer ends on the first whole nanosecond by which its last bit is through. */
const transfer = (seconds: number): number => Math.ceil(seconds * NANOSECONDS_PER_SECOND - ROUNDING);
/** Computing takes the nearest whole number of nanoseconds. */
const computation = (seconds: number): number => Math.round(seconds * NANOSECONDS_PER_SECOND);
const sum = (values: readonly number[]): number => values.reduce((total, each) => total + each, 0);

/** T = R (τ₁ T_comp + Σ transfers of a round) + ⌊R / τ₂⌋ Σ transfers of a mixing, R = K / τ₁, in whole nanoseconds. */
const counted = (times: Times, rounds: number, edgeRounds: number): number =>
  rounds * (computation(times.computing) + sum(times.everyRound.map(transfer))) +
  Math.floor(rounds / edgeRounds) * sum(times.everyMixing.map(transfer));

/** The same in real numbers [s]. */
const continuous = (times: Times, rounds: number, edgeRounds: number): number =>
  rounds * (times.computing + sum(times.everyRound)) + Math.floor(rounds / edgeRounds) * sum(times.everyMixing);

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
  const rounds = form.steps / TAU1;
  const timesOf = (scheme: keyof typeof OF_SCHEME, links: Links): Times => ({
    computing: TAU1 * COMPUTING,
    ...OF_SCHEME[scheme](links),
  });
  return claim({
    id: 'C20',
    claim: 'Total simulated time of homogeneous runs equals the formulas of §3.1 exactly',
    criterion:
      'equal to the nanosecond (the dossier asks for an abs error < 1e−9), each duration in whole nanoseconds as the clock counts it: transfers rounded up, computing to the nearest',
    runs: Object.fromEntries([...runs('hier-like'), ...runs('relay'), ['printed', printed]]),
    judge(measured) {
      const seconds = (name: string) => across((curve) => curve.seconds)(measured[name] ?? []);
      const nanoseconds = (name: string) => Math.round(seconds(name) * NANOSECONDS_PER_SECOND);
      const worst = (links: 'hier-like' | 'relay', error: (name: string, scheme: keyof typeof OF_SCHEME) => number) =>
        largest(SCHEMES.map((scheme) => Math.abs(error(`${links} ${scheme}`, scheme))));
      const errorIn = (name: 'hier-like' | 'relay', links: Links) =>
        worst(name, (run, scheme) => nanoseconds(run) - counted(timesOf(scheme, links), rounds, TAU2));
      const values = {
        'printed timeline [ns]': Math.abs(nanoseconds('printed') - PRINTED.seconds * NANOSECONDS_PER_SECOND),
        'relay [ns]': errorIn('relay', RELAY),
        'hier-like [ns]': errorIn('hier-like', HIER_LIKE),
        'hier-like, durations in real numbers [s]': worst(
          'hier-like',
          (run, scheme) => seconds(run) - continuous(timesOf(scheme, HIER_LIKE), rounds, TAU2),
        ),
      };
      const holds = [values['printed timeline [ns]'], values['relay [ns]'], values['hier-like [ns]']].every(
        (each) => each === 0,
      );
      const note = `greatest error of four schemes after ${form.steps} iterations; an upload of 123,206,557.67 ns ends on the next whole nanosecond, which is all that is left to the formulas in real numbers`;
      return { values, holds, note };
    },
  });
}
