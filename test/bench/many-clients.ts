/** 10,000 clients with the model of 21,840 parameters, 100 a round: prints the peak of resident memory, in bytes. */

import { fedAvg, scenario, simulate } from 'fadelab';
import { federation } from 'fadelab/actors';
import { fixedRates } from 'fadelab/channels';
import { classify, cnnMnist, iid, mnist } from 'fadelab/learning';
import { random } from 'fadelab/policies';

const CLIENTS = 10_000;
const ROUNDS = 10;

const { summary } = await simulate(
  scenario({
    name: 'many-clients',
    topology: federation({ clients: CLIENTS, edgeServers: 1 }),
    channel: fixedRates(),
    task: classify({ dataset: mnist(), split: iid(), model: cnnMnist(), batchSize: 6 }),
    algorithm: fedAvg({ localSteps: 5 }),
    schedule: random({ cohort: 100 }),
    until: { rounds: ROUNDS },
    evaluate: { everyRounds: ROUNDS },
  }),
);
if (summary.rounds !== ROUNDS) throw new Error(`${summary.rounds} rounds instead of ${ROUNDS}`);
console.log(1024 * process.resourceUsage().maxRSS);
