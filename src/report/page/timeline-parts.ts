import { span } from '../quantity.ts';
import type { UnpackedLane } from '../reduction/packing.ts';
import type { RunRecord } from '../reduction/record.ts';
import { Shares, STATE_COUNT } from '../timeline-shares.ts';
import { dataTable, h } from './dom.ts';
import { onThemeChange, stateColor, stateNames } from './theme.ts';

/** The colours of the states. */
export function stateLegend(): HTMLElement {
  const swatches = stateNames.map(() => h('span', { class: 'swatch', 'aria-hidden': 'true' }));
  const paint = (): void => swatches.forEach((swatch, state) => swatch.style.setProperty('--color', stateColor(state)));
  onThemeChange(paint);
  paint();
  return h(
    'ul',
    { class: 'states', 'aria-label': 'Colours' },
    ...stateNames.map((name, state) => h('li', {}, swatches[state], name)),
  );
}

const ORDERS = ['name', ...stateNames.map((name) => `most ${name}`)];

const pair = (name: string, less: HTMLElement, more: HTMLElement): HTMLElement =>
  h(
    'div',
    { class: 'pair', role: 'group', 'aria-label': name },
    h('span', { 'aria-hidden': 'true' }, name),
    less,
    more,
  );

/** Which run, which lanes, in which order; and buttons for all that gestures do. */
export function controls(changed: () => void) {
  const run = h('select', { id: 'timeline-run' });
  const runField = h('label', { class: 'field' }, 'Run ', run);
  const filter = h('input', { type: 'search', id: 'timeline-filter', placeholder: 'all actors', autocomplete: 'off' });
  const order = h(
    'select',
    { id: 'timeline-order' },
    ...ORDERS.map((each, index) => h('option', { value: index }, each)),
  );
  const button = (id: string, text: string, label: string) =>
    h('button', { type: 'button', id: `timeline-${id}`, 'aria-label': label, title: label }, text);
  const [closer, farther] = [button('in', '+', 'Zoom in'), button('out', '−', 'Zoom out')];
  const [higher, lower] = [button('higher', '+', 'Higher lanes'), button('lower', '−', 'Lower lanes')];
  const fit = button('fit', 'Show all', 'Show everything');
  run.addEventListener('change', changed);
  order.addEventListener('change', changed);
  filter.addEventListener('input', changed);
  return {
    element: h(
      'div',
      { class: 'controls' },
      ...[
        runField,
        h('label', { class: 'field' }, 'Find ', filter),
        h('label', { class: 'field' }, 'Order by ', order),
      ],
      h('div', { class: 'buttons' }, pair('Time', farther, closer), pair('Lanes', lower, higher), fit),
    ),
    run: () => run.value,
    filter: () => filter.value,
    order: () => Number(order.value),
    offer(labels: readonly string[]) {
      runField.hidden = labels.length < 2;
      if ([...run.options].map(({ value }) => value).join('\n') === labels.join('\n')) return;
      const before = run.value;
      run.replaceChildren(...labels.map((label) => h('option', { value: label }, label)));
      if (labels.includes(before)) run.value = before;
    },
    onZoom(act: (factor: number) => void) {
      closer.addEventListener('click', () => act(2));
      farther.addEventListener('click', () => act(0.5));
    },
    onStretch(act: (factor: number) => void) {
      higher.addEventListener('click', () => act(1.6));
      lower.addEventListener('click', () => act(1 / 1.6));
    },
    onFit: (act: () => void) => fit.addEventListener('click', act),
  };
}

/** Lanes whose names hold every word of a filter, in order. `order` 0 is by name, others by time in state order − 1. */
export function chosenLanes(lanes: readonly UnpackedLane[], filter: string, order: number): readonly UnpackedLane[] {
  const words = filter
    .toLowerCase()
    .split(/\s+/)
    .filter((each) => each !== '');
  const chosen = lanes.filter(({ name }) => words.every((word) => name.includes(word)));
  if (order === 0) return chosen;
  return chosen
    .map((lane) => ({ lane, share: shareIn(lane, order - 1) }))
    .sort((a, b) => b.share - a.share)
    .map(({ lane }) => lane);
}

/** Share of its time that a lane spends in a state. */
function shareIn(lane: UnpackedLane, state: number): number {
  const shares = new Shares(1);
  shares.add(lane, 0, lane.starts.at(-1) || 1);
  shares.finish();
  return shares.sums[state % STATE_COUNT] as number;
}

/** Time in each state by role: the timeline in words and numbers. */
export function timeTable() {
  const sentence = h('p', { class: 'sentence' });
  const numbers = h('div');
  return {
    element: h(
      'div',
      {},
      sentence,
      h('div', { class: 'below' }, h('details', {}, h('summary', {}, 'Numbers'), numbers)),
    ),
    update({ times, groupSize, now }: RunRecord) {
      const rows = Object.entries(times).map(([role, own]) => {
        const total = own.reduce((sum, each) => sum + each, 0) || 1;
        return { role, shares: own.map((each) => each / total) };
      });
      const clients = rows.find(({ role }) => role === 'clients');
      const parts = clients?.shares.flatMap((share, state) =>
        share < LEAST ? [] : [`${percent(share)} ${stateNames[state]}`],
      );
      const said = parts?.join(', ');
      const grouped = groupSize > 1 ? ` Each lane of clients shows ${groupSize} of them together.` : '';
      sentence.textContent = said === undefined ? '' : `In ${span(now)} clients were ${said}.${grouped}`;
      numbers.replaceChildren(
        dataTable({
          caption:
            'share of time in each state; servers receive while they collect, and transmit while they pass models on',
          head: ['role', ...stateNames],
          rows: rows.map(({ role, shares }) => [role, ...shares.map(percent)]),
        }),
      );
    },
  };
}

/** A share that reads as more than nothing. */
const LEAST = 5e-4;

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
