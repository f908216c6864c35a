/** 10,000 clients with the model of 21,840 parameters, 100 a round: prints the peak of resident memory, in bytes. */
import { federation } from '../../actors/index.ts';
import { fixedRates } from '../../channels/index.ts';
import { fedAvg, scenario, simulate } from '../../src/index.ts';
import { classify, cnnMnist, iid, mnist } from '../../src/learning/index.ts';
import { random } from '../../src/policies/index.ts';

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
