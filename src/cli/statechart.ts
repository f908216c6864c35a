import { ScenarioError } from '../errors.ts';
import { type ChartNode, mermaid, scxml } from '../report/export/statechart.ts';
import { didYouMean } from '../scenario/near-miss.ts';
import { exitCode } from './exit-code.ts';
import { printJson, type Terminal } from './terminal.ts';

const FORMATS: Readonly<Record<string, (root: ChartNode) => string>> = { mermaid, scxml };

/** `fadelab statechart`: draws an actor's statechart, from the machine that runs. */
export async function statechart(
  name: string,
  { format = 'mermaid', json }: { readonly format?: string; readonly json?: boolean },
  to: Terminal,
): Promise<number> {
  const machines = await machinesByName();
  const machine = chosen('actor', name, machines);
  const drawn = chosen('format', format, FORMATS)(machine);
  if (json === true) printJson(to, { actor: name, format, statechart: drawn });
  else to.print(drawn.trimEnd());
  return exitCode.fine;
}

/** The machines of the cast, by the ids that they give themselves. */
async function machinesByName(): Promise<Record<string, ChartNode>> {
  const cast = (await import(import.meta.resolve('fadelab/actors'))) as Record<string, unknown>;
  const machines = Object.values(cast).filter(isMachine);
  return Object.fromEntries(machines.map(({ id, root }) => [id, root]));
}

const isMachine = (value: unknown): value is { readonly id: string; readonly root: ChartNode } =>
  typeof value === 'object' && value !== null && 'root' in value && 'id' in value;

function chosen<Value>(what: string, name: string, among: Readonly<Record<string, Value>>): Value {
  const found = among[name];
  if (found !== undefined) return found;
  const names = Object.keys(among);
  const remedy = didYouMean(name, names) ?? `choose one of ${names.join(', ')}`;
  throw new ScenarioError({ what: `unknown ${what}: ${JSON.stringify(name)}`, remedy, code: 'OPTION_UNKNOWN' });
}
