import { count } from '../quantity.ts';
import { dataTable, h } from './dom.ts';
import { flat, type Run } from './runs.ts';

/** What ran, how to run it again, its fingerprint and all of its options. */
export function scenarioSection() {
  const body = h('div', { class: 'runs' });
  return {
    element: h(
      'section',
      { id: 'scenario', 'aria-labelledby': 'scenario-title' },
      h('div', { class: 'section-head' }, h('h2', { id: 'scenario-title' }, 'Scenario')),
      body,
    ),
    update(runs: readonly Run[]) {
      const opened = new Set([...body.querySelectorAll('details')].flatMap((each) => (each.open ? [each.id] : [])));
      const focused = document.activeElement?.id;
      body.replaceChildren(...runs.map((run) => card(run, runs.length > 1)));
      for (const each of body.querySelectorAll('details')) each.open = opened.has(each.id);
      if (focused) document.getElementById(focused)?.focus();
    },
  };
}

function card({ label, index, record }: Run, isOneOfSeveral: boolean): HTMLElement {
  const { header, summary, kinds, marks, marksLeftOut } = record;
  const command = commandFor(record.header);
  const copy = h('button', { type: 'button', class: 'quiet', id: `copy-${index}` }, 'Copy');
  copy.addEventListener('click', () => {
    void navigator.clipboard?.writeText(command).then(() => {
      copy.textContent = 'Copied';
    });
  });
  const facts = [
    ['back end', header.backend],
    ['version', `fadelab ${header.version}, Node ${header.node}`],
    ...(summary === undefined
      ? []
      : [
          ['fingerprint, order', summary.fingerprint.order],
          ['fingerprint, values', summary.fingerprint.values],
        ]),
  ];
  const terms = facts.flatMap(([term = '', value = '']) => [h('dt', {}, term), h('dd', {}, h('code', {}, value))]);
  return h(
    'div',
    { class: 'card wide' },
    isOneOfSeveral ? h('h3', {}, label) : undefined,
    h('p', {}, 'Run it again:'),
    h('div', { class: 'command' }, h('pre', { tabindex: 0, 'aria-label': 'command' }, h('code', {}, command)), copy),
    h('dl', { class: 'facts' }, ...terms),
    fold(`options-${index}`, 'All options', {
      caption: 'options of the scenario, in SI units',
      head: ['option', 'value'],
      rows: [...flat(header.options)].map(([path, value]) => [path, value]),
    }),
    fold(`events-${index}`, 'Events by kind', {
      caption: 'events in the trace, by kind',
      head: ['kind', 'count'],
      rows: Object.entries(kinds).map(([kind, many]) => [kind, count(many)]),
    }),
    marks.length === 0
      ? undefined
      : fold(`marks-${index}`, 'Faults and other interventions', {
          caption: `what a script or the environment did${marksLeftOut > 0 ? `; ${count(marksLeftOut)} more are left out` : ''}`,
          head: ['virtual time', 'what'],
          rows: marks.map(({ at, what }) => [`${at.toFixed(3)} s`, what]),
        }),
  );
}

const fold = (id: string, title: string, table: Parameters<typeof dataTable>[0]): HTMLElement =>
  h('details', { id }, h('summary', { id: `${id}-summary` }, title), dataTable(table));

const quoted = (text: string): string => (/^[\w./:=@%+,#-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);

/** What a shell takes to make the run again; its seed and its back end spelled out. */
export function commandFor({ source, scenario, seed, backend }: Run['record']['header']): string {
  if (source === undefined) return `# a program ran the scenario ${scenario} with seed ${seed} on ${backend}`;
  const { exportName, set, fork } = source;
  const words = ['npx fadelab run', quoted(source.scenario)];
  if (exportName !== undefined) words.push('--scenario', quoted(exportName));
  words.push('--seed', String(seed), '--backend', backend);
  for (const each of set) words.push('--set', quoted(each));
  if (fork === undefined) return words.join(' ');
  const changed = fork.set.map((each) => `--set ${quoted(each)}`);
  return `${words.join(' ')} --out recorded\nnpx fadelab fork recorded --at ${fork.at}s ${changed.join(' ')}`;
}
