import { quantity, score, span } from '../quantity.ts';
import type { CurvePoint } from '../reduction/record.ts';
import { type Figure, type FigureState, figure, gallery } from './charts.ts';
import { h, thinned } from './dom.ts';
import { type Axis, colorOf, lineOption } from './options.ts';
import type { Run } from './runs.ts';

/** What a curve is drawn over. */
const OVER = {
  time: { word: 'Virtual time', title: 'virtual time', say: span, of: ({ at }: CurvePoint) => at },
  rounds: {
    word: 'Rounds',
    title: 'round',
    say: (value: number) => String(value),
    of: ({ round }: CurvePoint) => round,
  },
  bits: {
    ...{ word: 'Uplink bits', title: 'uplink, finished uploads' },
    say: (value: number) => quantity(value, 'bit'),
    of: ({ uplinkBits }: CurvePoint) => uplinkBits,
  },
} as const;
type Over = keyof typeof OVER;

type Measure = 'accuracy' | 'loss' | 'consensusError';

/** Accuracy and loss against virtual time, rounds or bits. */
export function learningSection() {
  const accuracy = figure('Test accuracy');
  const loss = figure('Test loss');
  const consensus = figure('Consensus error');
  const figures = gallery([accuracy, loss, consensus]);
  let runs: readonly Run[] = [];
  let over: Over = 'time';
  const note = h(
    'p',
    { class: 'sentence', hidden: true },
    'Nothing was scored: this run trains nothing, or has no score yet.',
  );
  const draw = (): void => {
    note.hidden = runs.some(({ record }) => record.curve.length > 0);
    accuracy.update(state(runs, over, 'accuracy', { title: 'accuracy', min: 0, max: 1 }));
    loss.update(state(runs, over, 'loss', { title: 'cross-entropy [nats]', min: 0 }));
    consensus.update(state(runs, over, 'consensusError', { title: 'distance of servers from their mean' }));
    figures.arrange();
  };
  const choice = overChoice((chosen) => {
    over = chosen;
    draw();
  });
  return {
    element: h(
      'section',
      { id: 'learning', 'aria-labelledby': 'learning-title' },
      h('div', { class: 'section-head' }, h('h2', { id: 'learning-title' }, 'Learning'), choice),
      note,
      figures.element,
    ),
    update(all: readonly Run[]) {
      runs = all;
      draw();
    },
  };
}

function overChoice(choose: (over: Over) => void): HTMLElement {
  const options = Object.entries(OVER).map(([key, { word }]) => {
    const input = h('input', { type: 'radio', name: 'over', value: key, checked: key === 'time' });
    input.addEventListener('change', () => choose(key as Over));
    return h('label', {}, input, h('span', {}, word));
  });
  return h('fieldset', { class: 'choice' }, h('legend', {}, 'Curves over'), ...options);
}

function state(runs: readonly Run[], over: Over, measure: Measure, y: Axis): FigureState | undefined {
  const { title, say, of } = OVER[over];
  const lines = runs.map(({ label, index, record }) => ({
    ...{ name: label, color: colorOf(index) },
    points: record.curve.flatMap((point) => {
      const value = point[measure];
      return value === null ? [] : [[of(point), value] as const];
    }),
  }));
  const known = lines.filter(({ points }) => points.length > 0);
  if (
    known.length === 0 ||
    (measure === 'consensusError' && known.every(({ points }) => points.every(([, v]) => v === 0)))
  ) {
    return undefined;
  }
  return {
    option: lineOption(known, { title, say }, { ...y, say: (value) => String(Number(value.toPrecision(4))) }),
    sentence: runs.flatMap((run) => sentence(run, measure, runs.length > 1)).join(' '),
    table: {
      caption: `${y.title} over ${title}`,
      head: [...(runs.length > 1 ? ['run'] : []), 'virtual time', 'round', 'uplink', y.title],
      rows: runs.flatMap(({ label, record }) =>
        thinned(record.curve).map((point) => [
          ...(runs.length > 1 ? [label] : []),
          ...[span(point.at), String(point.round), quantity(point.uplinkBits, 'bit'), score(point[measure])],
        ]),
      ),
    },
    legend: known,
  };
}

function sentence({ label, record }: Run, measure: Measure, isOneOfSeveral: boolean): string[] {
  const points = record.curve.filter((point) => point[measure] !== null);
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined) return [];
  const who = isOneOfSeveral ? `${label}: ` : '';
  const [from, to] = [score(first[measure]), score(last[measure])];
  const way = `${isOneOfSeveral ? 'from' : 'From'} ${from} at ${span(first.at)} to ${to} at ${span(last.at)}`;
  if (measure !== 'accuracy') return [`${who}${way}.`];
  const best = points.reduce((top, each) => ((each.accuracy ?? 0) > (top.accuracy ?? 0) ? each : top));
  return [`${who}${way}; best ${score(best.accuracy)} in round ${best.round}.`];
}

export type Section = { readonly element: HTMLElement; update(runs: readonly Run[]): void };
export type { Figure };
