import { type Claim, claim, type Setting } from '../claim.ts';
import { across, isAscending } from '../curve.ts';
import { secondsPerRound, setUpSeconds } from './settings.ts';

/** Times alone count here, so one seed says all: clocks fall geometrically, all clients are there. */
const timed = (set: Setting['set']): Setting => ({
  scenario: 'gaussian',
  set: { 'devices.availability': 'always-on', 'evaluate.everyRounds': 25, 'until.rounds': 100, ...set },
  once: true,
});

const SLOWING = { 'devices.clock': 'geometric', 'devices.clock.macsPerSecond': 1e9, 'devices.clock.ratio': 0.8 };

/** A linear model on the same shares; R = 2 (K + T − 1) + 1. */
const linear = (privacy: number, more: Setting['set'] = {}): Setting =>
  timed({ ...SLOWING, 'task.model': 'softmax', 'algorithm.field': 61, 'algorithm.privacy': privacy, ...more });

const ids = (count: number) => `[[${Array.from({ length: count }, (_, i) => i).join(',')}]]`;

/** What resilience and privacy cost in virtual time. */
export const timeClaims = (): Claim[] => [
  claim({
    id: 'D5',
    claim: 'More privacy or more shards need more results, so rounds get slower where clients differ',
    criterion:
      'seconds of a round rise over T = 1, 2, 3 (linear: R = 3, 5, 7) and over R = 3, 5, 9 of L = 0, 1, 2 hidden layers',
    runs: {
      three: linear(1),
      five: linear(2),
      seven: linear(3),
      shallow: timed({ ...SLOWING, 'task.model.hidden': '[32]', 'algorithm.field': 61 }),
      deep: timed({ ...SLOWING, 'algorithm.field': 61 }),
    },
    judge({ three, five, seven, shallow, deep }) {
      const values = {
        'T=1 [s]': secondsPerRound(three),
        'T=2 [s]': secondsPerRound(five),
        'T=3 [s]': secondsPerRound(seven),
        'L=1 [s]': secondsPerRound(shallow),
        'L=2 [s]': secondsPerRound(deep),
      };
      const [first, second, third, one, two] = Object.values(values) as [number, number, number, number, number];
      return { values, holds: isAscending([first, second, third]) && isAscending([first, one, two]) };
    },
  }),
  claim({
    id: 'D6',
    claim: 'A round lasts as long as its R-th result takes: slower clients don’t count',
    criterion: 'seconds of a round: the same with the R fastest clients alone',
    runs: {
      all: linear(1),
      fastest: linear(1, {
        'devices.availability': 'listed-rounds',
        'devices.availability.rounds': ids(3),
        'devices.availability.fullFirst': 'false',
      }),
    },
    judge({ all, fastest }) {
      const values = { 'all twenty [s]': secondsPerRound(all), 'the three fastest [s]': secondsPerRound(fastest) };
      return { values, holds: Math.abs(values['all twenty [s]'] - values['the three fastest [s]']) < 1e-9 };
    },
  }),
  claim({
    id: 'D7',
    claim: 'Sharing is paid once: it dominates few rounds, and two shards halve it',
    criterion:
      'more than half of the time of 25 rounds, less than a fifth of that of 1000; K = 2 takes 0.45 … 0.55 of it',
    runs: { one: timed({ 'until.rounds': 1000 }), two: timed({ 'algorithm.shards': 2 }) },
    judge({ one, two }) {
      const sharing = setUpSeconds(one);
      const at = (round: number) =>
        across(({ points }) => points.find((each) => each.round === round)?.at ?? Number.NaN)(one);
      const values = {
        'sharing, K=1 [s]': sharing,
        'K=2 [s]': setUpSeconds(two),
        'of 25 rounds': sharing / at(25),
        'of 1000 rounds': sharing / at(1000),
      };
      const ratio = values['K=2 [s]'] / sharing;
      const isShared = values['of 25 rounds'] > 0.5 && values['of 1000 rounds'] < 0.2;
      return { values, holds: isShared && ratio > 0.45 && ratio < 0.55 };
    },
  }),
];
