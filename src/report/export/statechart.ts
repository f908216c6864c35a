import { printable } from '../printable.ts';

/** What of an XState machine a drawing needs; `machine.root` has this form. */
export interface ChartNode {
  readonly key: string;
  readonly path: readonly string[];
  readonly type: string;
  readonly initial?: { readonly target: readonly ChartNode[] } | undefined;
  readonly states: Readonly<Record<string, ChartNode>>;
  readonly transitions: ReadonlyMap<string, readonly ChartTransition[]>;
  readonly always?: readonly ChartTransition[] | undefined;
}

interface ChartTransition {
  readonly target?: readonly ChartNode[] | undefined;
  readonly guard?: unknown;
}

/** From one state to another, on an event or, without one, at once; under a condition or not. */
export interface Arrow {
  readonly from: ChartNode;
  readonly to: ChartNode;
  readonly event: string | undefined;
  readonly guard: string | undefined;
}

const DONE = 'xstate.done.state';

/** The arrows out of a state, in the order in which they are tried. What an event does without leaving isn't one. */
export function arrowsOf(from: ChartNode): Arrow[] {
  const on = [...from.transitions].flatMap(([event, all]) => all.map((each) => ({ event, each })));
  const always = (from.always ?? []).map((each) => ({ event: undefined, each }));
  return [...always, ...on].flatMap(({ event, each }) =>
    (each.target ?? []).map((to) => ({ from, to, event: named(event), guard: guardOf(each.guard) })),
  );
}

const named = (event: string | undefined): string | undefined => (event?.startsWith(DONE) ? 'done' : event);

/** A guard's name, or the state of another region that it asks for. */
function guardOf(guard: unknown): string | undefined {
  if (guard === undefined || typeof guard === 'string') return guard;
  const { type, stateValue, name } = guard as { type?: string; stateValue?: object; name?: string };
  return stateValue === undefined ? (type ?? name) : Object.values(stateValue).join(' ');
}

/** A state and all within it. */
export const nodesOf = (node: ChartNode): ChartNode[] => [node, ...Object.values(node.states).flatMap(nodesOf)];

const plain = (name: string): string => name.replace(/\W/g, '_');
const idOf = ({ path, key }: ChartNode): string => plain(path.at(-1) ?? key);

/** A statechart as a Mermaid `stateDiagram-v2`; arrows that lead out of the whole machine come from `any_state`. */
export function mermaid(root: ChartNode): string {
  const inside = block(root).map((line) => `    ${line}`);
  return `${['stateDiagram-v2', `  state ${plain(root.key)} {`, ...inside, '  }'].join('\n')}\n`;
}

function block(node: ChartNode): string[] {
  const inner = Object.values(node.states).filter((each) => Object.keys(each.states).length > 0);
  const regions = Object.values(node.states).map((each) => [...block(each)]);
  if (node.type === 'parallel') return regions.flatMap((lines, at) => (at === 0 ? lines : ['--', ...lines]));
  const start = node.initial?.target[0];
  return [
    ...(start === undefined ? [] : [`[*] --> ${idOf(start)}`]),
    ...inner.flatMap((each) => [`state ${idOf(each)} {`, ...block(each).map((line) => `  ${line}`), '}']),
    ...Object.values(node.states).flatMap((each) => [
      ...drawn(idOf(each), arrowsOf(each)),
      ...(each.type === 'final' ? [`${idOf(each)} --> [*]`] : []),
    ]),
    ...(node.path.length === 0 ? drawn('any_state', arrowsOf(node)) : []),
  ];
}

/** One line for each pair of states. */
function drawn(from: string, arrows: readonly Arrow[]): string[] {
  const labels = new Map<string, string[]>();
  for (const { to, event, guard } of arrows) {
    const label = [event === '*' ? 'anything' : event, guard && `[${guard}]`].filter(Boolean).join(' ');
    const known = labels.get(idOf(to));
    if (known === undefined) labels.set(idOf(to), [label]);
    else if (!known.includes(label)) known.push(label);
  }
  return [...labels].map(([to, all]) => {
    const label = all.filter((each) => each !== '').join(', ');
    return `${from} --> ${to}${label === '' ? '' : `: ${label}`}`;
  });
}

/** A statechart as SCXML (W3C, 2015): states, transitions and the names of conditions, not what they compute. */
export function scxml(root: ChartNode): string {
  const start = root.initial?.target[0];
  const head = `<scxml xmlns="http://www.w3.org/2005/07/scxml" version="1.0" name="${root.key}"`;
  const initial = start === undefined ? '' : ` initial="${idOf(start)}"`;
  const inside =
    root.type === 'parallel'
      ? [`<parallel id="${plain(root.key)}">`, ...children(root), '</parallel>']
      : [...children(root), ...transitions(root)];
  return `<?xml version="1.0" encoding="UTF-8"?>\n${head}${initial}>\n${inside.join('\n')}\n</scxml>\n`;
}

const children = (node: ChartNode): string[] =>
  Object.values(node.states)
    .flatMap(element)
    .map((line) => `  ${line}`);

function element(node: ChartNode): string[] {
  const tag = node.type === 'final' || node.type === 'parallel' ? node.type : 'state';
  const start = node.initial?.target[0];
  const initial = start === undefined || node.type === 'parallel' ? '' : ` initial="${idOf(start)}"`;
  const inside = [...transitions(node), ...children(node)];
  const open = `<${tag} id="${idOf(node)}"${initial}`;
  return inside.length === 0 ? [`${open}/>`] : [`${open}>`, ...inside, `</${tag}>`];
}

/** The end of a state's parts is an event of its own in SCXML. */
const transitions = (node: ChartNode): string[] =>
  arrowsOf(node).map(({ to, event, guard }) => {
    const said = event === 'done' ? `done.state.${idOf(node)}` : event;
    const on = said === undefined ? '' : ` event="${said}"`;
    return `  <transition${on}${guard === undefined ? '' : ` cond="${escaped(guard)}"`} target="${idOf(to)}"/>`;
  });

const escaped = (text: string): string =>
  printable(text).replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
