import { count, plural, quantity, score, span } from '../quantity.ts';
import { dataTable, h } from './dom.ts';
import type { Run } from './runs.ts';
import { theme, toggleTheme } from './theme.ts';

/** Title, theme switch, and what came of the run or runs. */
export function overview(isLive: boolean) {
  const heading = h('h1', {}, 'fadelab');
  const lead = h('p', { class: 'lead' });
  const status = h('p', { class: 'status', role: 'status', hidden: !isLive });
  const figures = h('div', { class: 'overview' });
  const element = h(
    'header',
    { class: 'top' },
    h('div', { class: 'bar' }, h('div', {}, heading, lead), themeButton()),
    status,
    figures,
  );
  return {
    element,
    say(text: string, kind: 'live' | 'over' | 'lost') {
      status.dataset.kind = kind;
      if (status.textContent !== text) status.textContent = text;
    },
    update(runs: readonly Run[]) {
      const names = [...new Set(runs.map(({ record }) => record.header.scenario))];
      heading.textContent = names.join(', ') || 'Waiting for the run';
      lead.textContent = runs.length === 1 && runs[0] ? leadOf(runs[0]) : `${runs.length} runs`;
      if (names.length > 0) document.title = `${names.join(', ')} · fadelab`;
      const [only] = runs;
      if (runs.length === 1 && only !== undefined) figures.replaceChildren(keyFigures(only));
      else if (runs.length > 1) figures.replaceChildren(runTable(runs));
    },
  };
}

function themeButton(): HTMLElement {
  const button = h('button', { type: 'button', class: 'quiet', id: 'theme' });
  const name = (): void => {
    button.textContent = theme().isDark ? 'Light' : 'Dark';
    button.setAttribute('aria-label', `Switch to ${theme().isDark ? 'light' : 'dark'} colours`);
  };
  button.addEventListener('click', () => {
    toggleTheme();
    name();
  });
  name();
  return button;
}

function leadOf({ record }: Run): string {
  const { header, clients } = record;
  const algorithm = nameOf((header.options as { readonly algorithm?: unknown }).algorithm);
  const words = [algorithm, plural(clients, 'client'), `seed ${header.seed}`, plural(roundsOf(record), 'round')];
  return words.filter((each) => each !== undefined).join(' · ');
}

function nameOf(part: unknown): string | undefined {
  if (typeof part === 'string') return part;
  return typeof part === 'object' && part !== null ? Object.keys(part)[0] : undefined;
}

const roundsOf = ({ summary, rounds, curve }: Run['record']): number =>
  summary?.rounds ?? Math.max(rounds.at(-1)?.last ?? 0, curve.at(-1)?.round ?? 0);

interface KeyFigure {
  readonly name: string;
  readonly value: string;
  readonly note?: string;
}

/** What there is to say of a run, finished or not. */
function figuresOf({ record }: Run): KeyFigure[] {
  const { summary, curve, now, events } = record;
  const last = curve.at(-1);
  const best = curve.reduce((top, each) => Math.max(top, each.accuracy ?? 0), 0);
  const targets = Object.entries(summary?.timeToAccuracy ?? {});
  const reached = targets.findLast(([, at]) => at !== null);
  const joules = summary?.energyJoules;
  const bits = summary?.uplinkBits ?? record.uplinkBits;
  return [
    ...(last?.accuracy == null
      ? []
      : [{ name: 'Test accuracy', value: score(last.accuracy), note: `best ${score(best)}` }]),
    ...(reached ? [{ name: `Time to ${reached[0]}`, value: span(reached[1] ?? 0), note: missed(targets) }] : []),
    { name: 'Virtual time', value: span(now), note: plural(roundsOf(record), 'round') },
    ...(bits === 0 ? [] : [{ name: 'Uplink', value: quantity(bits, 'bit') }]),
    ...(joules === undefined ? [] : [{ name: 'Energy', value: quantity(joules, 'J') }]),
    ...(summary === undefined ? [] : [{ name: 'Dropouts', value: count(summary.dropouts) }]),
    { name: 'Events', value: count(events), ...(summary && { note: `in ${span(summary.wallSeconds)} of wall time` }) },
  ];
}

const missed = (targets: readonly (readonly [string, number | null])[]): string => {
  const never = targets.filter(([, at]) => at === null).map(([target]) => target);
  return never.length > 0 ? `${never.join(', ')} never reached` : 'virtual time';
};

const keyFigures = (run: Run): HTMLElement =>
  h(
    'dl',
    { class: 'key-figures' },
    ...figuresOf(run).map(({ name, value, note }) =>
      h(
        'div',
        {},
        h('dt', {}, name),
        h('dd', {}, value),
        note === undefined ? undefined : h('dd', { class: 'note' }, note),
      ),
    ),
  );

function runTable(runs: readonly Run[]): HTMLElement {
  const all = runs.map((run) => ({ run, figures: figuresOf(run) }));
  const names = [...new Set(all.flatMap(({ figures }) => figures.map(({ name }) => name)))];
  return dataTable({
    caption: 'What came of each run',
    head: ['run', ...names, 'fingerprint'],
    rows: all.map(({ run, figures }) => [
      run.label,
      ...names.map((name) => figures.find((each) => each.name === name)?.value ?? '–'),
      run.record.summary?.fingerprint.values ?? '–',
    ]),
  });
}
