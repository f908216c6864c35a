import { federation } from '../../actors/index.ts';
import { fixedRates } from '../../channels/index.ts';
import { fedAvg, scenario, simulate } from '../../src/index.ts';
import { timingOnly } from '../../src/learning/timing-only.ts';

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
