import { type Claim, claim } from '../claim.ts';
import { type Curve, isAscending } from '../curve.ts';
import { finalAccuracy, finalLoss, type On, opening, TARGET, toTarget } from './measures.ts';

/** How much noise and how many rows the code needs. */
export const codeClaims = (on: On): Claim[] => [
  claim({
    id: 'S4',
    claim: 'Accuracy does not rise with the noise: flat where it is small, a collapse where it is large',
    criterion: 'σ² = 0, 0.01, 0.1: falling within 1 pp; σ² = 1 at least 10 pp below σ = 0',
    runs: {
      none: on({}),
      little: on({ 'algorithm.privacy.deviation': 0.1 }),
      some: on({ 'algorithm.privacy.deviation': Math.sqrt(0.1) }),
      much: on({ 'algorithm.privacy.deviation': 1 }),
    },
    judge({ none, little, some, much }) {
      const values = {
        'σ²=0': finalAccuracy(none),
        '0.01': finalAccuracy(little),
        '0.1': finalAccuracy(some),
        '1': finalAccuracy(much),
      };
      const falling = [values['1'], values['0.1'], values['0.01'], values['σ²=0']];
      return { values, holds: isAscending(falling, 0.01) && values['1'] < values['σ²=0'] - 0.1 };
    },
  }),
  claim({
    id: 'S5',
    claim: 'More coded rows help, with diminishing returns',
    criterion: 'final loss falls over c = 300, 1000, 3000, and less from 1000 on',
    runs: {
      few: on({ 'algorithm.codedRows': 300 }),
      more: on({ 'algorithm.codedRows': 1000 }),
      many: on({ 'algorithm.codedRows': 3000 }),
    },
    judge({ few, more, many }) {
      const values = { 'c=300': finalLoss(few), 'c=1000': finalLoss(more), 'c=3000': finalLoss(many) };
      const [first, second] = [values['c=300'] - values['c=1000'], values['c=1000'] - values['c=3000']];
      return { values, holds: first > 0 && second > 0 && second < first };
    },
  }),
  claim({
    id: 'S8',
    claim: 'Without the make-up term the fixed point shrinks towards 0, the more so the more noise',
    criterion: 'final loss without it: σ² = 0.1 < σ² = 1; with it for comparison',
    runs: {
      some: on({ 'algorithm.privacy.deviation': Math.sqrt(0.1), 'algorithm.makeUp': 'false' }),
      much: on({ 'algorithm.privacy.deviation': 1, 'algorithm.makeUp': 'false' }),
      someMade: on({ 'algorithm.privacy.deviation': Math.sqrt(0.1) }),
      muchMade: on({ 'algorithm.privacy.deviation': 1 }),
    },
    judge({ some, much, someMade, muchMade }) {
      const values = {
        'without, σ²=0.1': finalLoss(some),
        'without, σ²=1': finalLoss(much),
        'with, σ²=0.1': finalLoss(someMade),
        'with, σ²=1': finalLoss(muchMade),
      };
      return { values, holds: values['without, σ²=0.1'] < values['without, σ²=1'] };
    },
  }),
];

const budget = (bits: number) => ({ 'algorithm.privacy': 'equal-budget', 'algorithm.privacy.budget': bits });

/** What a later deadline, and a larger budget, are worth. */
export const tradeClaims = (on: On): Claim[] => [
  claim({
    id: 'S6',
    claim: 'A later deadline lowers the floor, and delays the target',
    criterion: `deadlines of 2.5, 4 and 10 s: final loss falls; time to ${TARGET} from the opening of round 1 rises`,
    runs: {
      early: on({ 'schedule.closeAfter': 2.5 }),
      middle: on({}),
      late: on({ 'schedule.closeAfter': 10 }),
    },
    judge({ early, middle, late }) {
      const runs = { 'T=2.5': early, 'T=4': middle, 'T=10': late };
      const of = (read: (curves: readonly Curve[]) => number) =>
        Object.entries(runs).map(([name, curves]) => [name, read(curves)] as const);
      const [losses, times] = [of(finalLoss), of((curves) => toTarget(curves) - opening(curves))];
      const values = Object.fromEntries([
        ...losses.map(([name, loss]) => [`loss, ${name}`, loss] as const),
        ...times.map(([name, seconds]) => [`to target, ${name} [s]`, seconds] as const),
      ]);
      const numbers = (pairs: typeof losses) => pairs.map(([, value]) => value);
      return { values, holds: isAscending(numbers(losses).reverse()) && isAscending(numbers(times)) };
    },
  }),
  claim({
    id: 'S7',
    claim: 'The more a row of the code may tell, the better the model, with diminishing returns',
    criterion: 'ε = 0.005, 0.0075, 0.01, 0.0125 bit: accuracy rises, and the last gain is smaller than the first',
    runs: {
      least: on(budget(0.005)),
      less: on(budget(0.0075)),
      more: on(budget(0.01)),
      most: on(budget(0.0125)),
    },
    judge({ least, less, more, most }) {
      const accuracies = [least, less, more, most].map(finalAccuracy) as [number, number, number, number];
      const [a, b, c, d] = accuracies;
      const values = { 'ε=0.005': a, '0.0075': b, '0.01': c, '0.0125': d };
      return { values, holds: isAscending(accuracies) && d - c < b - a };
    },
  }),
];
