import { fedAvg, scenario, simulate } from 'fadelab';
import { federation } from 'fadelab/actors';
import { fixedRates } from 'fadelab/channels';
import { timingOnly } from '../../dist/src/learning/timing-only.js';

export const CLIENTS = 1000;

/** FedAvg with 1,000 clients that train nothing: what remains is machines, network, event list and trace. */
const study = (rounds: number) =>
  scenario({
    name: 'client-rounds',
    topology: federation({ clients: CLIENTS, edgeServers: 1 }),
    channel: fixedRates(),
    task: timingOnly(),
    algorithm: fedAvg(),
    until: { rounds },
  });

/** Runs so many rounds with the trace in memory; the client-rounds that were run. */
export async function clientRounds(rounds: number): Promise<number> {
  const { summary } = await simulate(study(rounds));
  if (summary.rounds !== rounds) throw new Error(`${summary.rounds} rounds instead of ${rounds}`);
  return CLIENTS * rounds;
}
