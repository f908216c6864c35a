import type { Simulation } from '../scenario/simulate.ts';
import type { Summary } from '../scenario/summary.ts';
import { plot } from './plot.ts';
import { count, plural, quantity, score, span } from './quantity.ts';
import { wrappedTable } from './table.ts';

const INDENT = '  ';

/** What a run came to, for a person: a table, and accuracy against virtual time. */
export function runReport(
  { summary, cause, scores }: Pick<Simulation, 'summary' | 'cause' | 'scores'>,
  width: number,
): string[] {
  const curve = plot(
    scores.map(({ at, accuracy }) => ({ x: at, y: accuracy })),
    { width, label: 'test accuracy' },
  );
  return [
    `${summary.scenario}, seed ${summary.seed}: ${ENDINGS[cause]}`,
    '',
    ...wrappedTable(runFacts(summary), width, INDENT),
    ...(curve.length > 0 ? ['', ...curve] : []),
  ];
}

/** Why a run ended, in words. */
const ENDINGS: Readonly<Record<Simulation['cause'], string>> = {
  rounds: 'all rounds are over',
  time: 'its virtual time is up',
  accuracy: 'the accuracy that was asked for is reached',
  stopped: 'interrupted; what follows is how far it came',
  drained: 'ended early, since nothing was left to happen: no actor waits for anything that is still on its way',
};

function runFacts(summary: Summary): string[][] {
  const { accuracy, loss, fingerprint } = summary;
  const isScored = accuracy.final !== null;
  const learned = isScored
    ? [
        ['accuracy', `${score(accuracy.final)} at the end, ${score(accuracy.best)} at best`],
        ['loss', score(loss.final)],
        ['first reached', sayTargets(summary.timeToAccuracy)],
      ]
    : [['accuracy', 'not scored: this task trains nothing']];
  return [
    ...learned,
    [
      'virtual time',
      `${span(summary.virtualSeconds)}, ${plural(summary.rounds, 'round')}, ${plural(summary.events, 'event')}`,
    ],
    ['energy', sayEnergy(summary)],
    ['uplink', quantity(summary.uplinkBits, 'bit')],
    ['dropouts', count(summary.dropouts)],
    ...sayStaleness(summary.staleness),
    ['wall time', `${span(summary.wallSeconds)}, ${plural(summary.threads, 'compute thread')}, ${summary.backend}`],
    ['fingerprint', `order ${fingerprint.order}, values ${fingerprint.values}`],
  ];
}

function sayEnergy({ energyJoules, energy }: Summary): string {
  const { computing, transmitting } = energy;
  return `${quantity(energyJoules, 'J')}, ${quantity(computing, 'J')} computing and ${quantity(transmitting, 'J')} transmitting`;
}

function sayStaleness(staleness: Summary['staleness']): string[][] {
  if (staleness === null) return [];
  const { mean, max, expected, inFlight } = staleness;
  const words = `${mean.toFixed(2)} on average, ${max} at most; ${expected.toFixed(2)} is conserved`;
  return [['staleness', `${words} with ${inFlight.toFixed(1)} in flight`]];
}

function sayTargets(times: Summary['timeToAccuracy']): string {
  const reached = Object.entries(times).filter((entry): entry is [string, number] => entry[1] !== null);
  const missed = Object.keys(times).filter((target) => times[target] === null);
  const words = reached.map(([target, at]) => `${target} in ${span(at)}`);
  if (missed.length > 0) words.push(`${missed.join(', ')} never`);
  return words.length > 0 ? words.join(' · ') : 'no target was set';
}
