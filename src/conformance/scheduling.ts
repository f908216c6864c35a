import { power } from '../math/power.ts';
import { type Source, streams } from '../math/streams.ts';
import { type Part, realise } from '../part.ts';
import type { Candidate, RoundView, Schedule, SchedulingPolicy } from '../policies/policy.ts';
import { check, listOf, oneOf, type Rule, show, type Thoroughness, upTo, weightProblem, without } from './check.ts';

/** A view without its luck, which is made anew for each asking. */
type Input = Omit<RoundView, 'draw'> & { readonly luck: number };

/**
 * Throws unless a scheduling policy keeps its contract: pure, invites candidates of `idle` and nobody twice, with weights,
 * probabilities and a deadline in range. First rounds (no losses, no norms), links of fixed rate (infinite SNR) and ties are
 * among the views that it is shown.
 */
export function conformsToScheduling(
  policy: SchedulingPolicy | Part<SchedulingPolicy>,
  thoroughness?: Thoroughness,
): void {
  const decide = realise<SchedulingPolicy>(policy);
  check<Input>(
    {
      name: 'scheduling',
      make: inputOf,
      smaller: (input) => without(input.idle).map((idle) => ({ ...input, idle, inFlight: 0, members: idle.length })),
      ask: (input) => decide({ ...input, draw: streams(input.luck)('conformance/luck').at(input.round) }),
      rules: RULES,
    },
    thoroughness,
  );
}

const RULES: readonly Rule<Input>[] = [
  {
    name: 'returns { invite }, a list',
    broken: (schedule: Schedule) => (Array.isArray(schedule?.invite) ? undefined : `got ${show(schedule)}`),
  },
  {
    name: 'invites known candidates only',
    broken({ invite }: Schedule, { idle }) {
      const stranger = invite.find((each) => !idle.some(({ id }) => id === each?.id));
      const at = invite.indexOf(stranger as Candidate);
      return at < 0 ? undefined : `${show(stranger?.id ?? stranger)} is not in view.idle`;
    },
  },
  {
    name: 'invites nobody twice',
    broken({ invite }: Schedule) {
      const twice = invite.find(({ id }, at) => invite.findIndex((each) => each.id === id) < at);
      return twice && `${twice.id} is invited twice`;
    },
  },
  {
    name: 'gives each invited client a finite weight of at least 0',
    broken: ({ invite, weights }: Schedule) => weights && weightProblem(weights, invite.length),
  },
  {
    name: 'gives each idle client a probability of at least 0',
    broken: ({ probabilities }: Schedule, { idle }) => probabilities && weightProblem(probabilities, idle.length),
  },
  {
    name: 'closes after a positive time',
    broken: ({ closeAfter }: Schedule) =>
      closeAfter === undefined || closeAfter > 0 ? undefined : `closeAfter is ${show(closeAfter)}`,
  },
];

function inputOf(draw: Source, size: number): Input {
  const round = 1 + upTo(draw, oneOf(draw, [0, 3, 40]));
  const isFixed = draw() < 0.2;
  const areReports = draw() < 0.7;
  const idle = listOf(1 + upTo(draw, size), (index) => candidateOf(draw, { index, round, isFixed, areReports }));
  return {
    ...{ server: 'edge-0', round, now: round * 1.5, idle, members: idle.length + upTo(draw, 2) },
    inFlight: upTo(draw, 3),
    ...{ symbols: 1 + upTo(draw, 1000), luck: upTo(draw, 1_000_000) },
  };
}

function candidateOf(
  draw: Source,
  about: { index: number; round: number; isFixed: boolean; areReports: boolean },
): Candidate {
  const { index, round, isFixed, areReports } = about;
  const participations = upTo(draw, round - 1);
  const isHeard = participations > 0;
  const secondsPerStep = oneOf(draw, [0.01, 0.01, 0.2 * draw() + 0.001]);
  const snrDb = isFixed ? Number.POSITIVE_INFINITY : oneOf(draw, [10, 10, 60 * draw() - 20]);
  const report = areReports && isHeard;
  return {
    ...{ id: `client-${index}`, index, samples: oneOf(draw, [100, 100, 1 + upTo(draw, 500)]), participations },
    ...{ staleness: isHeard ? 1 + upTo(draw, Math.max(0, round - participations - 1)) : round, snrDb, secondsPerStep },
    ...{ computeSeconds: 5 * secondsPerStep, uploadSeconds: oneOf(draw, [0.5, 0.5, 0.01 + draw()]) },
    loss: isHeard ? oneOf(draw, [0, 2.3, 3 * draw()]) : undefined,
    gradientNorm: report ? oneOf(draw, [0, 1, draw()]) : undefined,
    gradientMean: report ? draw() - 0.5 : undefined,
    gradientVariance: report ? draw() : undefined,
    symbolSnr: power(10, snrDb / 10),
  };
}
