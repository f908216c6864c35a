/** A policy of each kind as somebody outside the package writes it: whole files, one exported function each. */
export const KIT: Readonly<Record<string, string>> = {
  'scheduling.ts': `import type { SchedulingPolicy } from 'fadelab/policies';

/** The half of the members that has waited longest. */
export const longestWait: SchedulingPolicy = ({ idle }) => ({
  invite: idle.toSorted((a, b) => b.staleness - a.staleness).slice(0, Math.ceil(idle.length / 2)),
});
`,
  'pacing.ts': `import type { Pacing } from 'fadelab/policies';

/** Closes when two thirds are in, or nothing more can come. */
export const twoThirds: Pacing = ({ invited, received, lost, overdue }) =>
  overdue || received >= (2 / 3) * invited || received + lost >= invited;
`,
  'aggregation.ts': `import type { Aggregation } from 'fadelab/policies';

/** Weighs by the square root of the samples. */
export const bySquareRoot: Aggregation = (contributions) => contributions.map(({ samples }) => Math.sqrt(samples));
`,
  'allocation.ts': `import type { Allocation } from 'fadelab/channels';

/** Bandwidth in proportion to what is left to send. */
export const byNeed: Allocation = (demands) => {
  const all = demands.reduce((sum, { remaining }) => sum + remaining, 0);
  return demands.map(({ remaining }) => ({ bandwidth: (5e6 * remaining) / all, airtime: 1 }));
};
`,
  'power.ts': `import type { PowerControl } from 'fadelab';

/** Everyone sends with all power; η suits the weakest. */
export const loud = (): PowerControl => ({
  control(senders, noiseW) {
    const amplitudes = senders.map(({ power }) => Math.sqrt(power));
    const denoisingFactor = Math.min(...senders.map(({ gain, power, weight }) => (gain * power) / weight ** 2));
    const misfits = senders.map(
      ({ gain, power, weight }) => (Math.sqrt((gain * power) / denoisingFactor) - weight) ** 2,
    );
    const meanSquaredError = misfits.reduce((sum, each) => sum + each, 0) + noiseW / denoisingFactor;
    return { amplitudes, denoisingFactor, meanSquaredError };
  },
});
`,
  'association.ts': `import type { Association } from 'fadelab/policies';

/** Clients in turn. */
export const inTurn: Association = ({ clients, edgeServers }) =>
  Array.from({ length: clients }, (_, client) => client % edgeServers);
`,
  'mixing.ts': `import type { Mixing } from 'fadelab/policies';

/** A tenth of the smaller share across each link. */
export const cautious: Mixing = ({ neighbours }, shares) => {
  const weight = (j: number, d: number) => (0.1 * Math.min(1, shares[j]! / shares[d]!)) / neighbours.length;
  return neighbours.map((around, j) =>
    neighbours.map((others, d) => {
      if (j === d) return 1 - others.reduce((sum, other) => sum + weight(other, d), 0);
      return around.includes(d) ? weight(j, d) : 0;
    }),
  );
};
`,
};

/** Tests of them, and scenarios that use them. */
export const KIT_USED = `import {
  conformsToAggregation, conformsToAllocation, conformsToAssociation, conformsToMixing, conformsToPacing,
  conformsToPowerControl, conformsToScheduling,
} from 'fadelab/conformance';
import { feel, type Scenario, scenario, sdFeel } from 'fadelab';
import { federation } from 'fadelab/actors';
import { radio } from 'fadelab/channels';
import { classify, gaussianBlobs, softmax } from 'fadelab/learning';
import { overTheAir } from 'fadelab/policies';
import { bySquareRoot } from './aggregation.ts';
import { byNeed } from './allocation.ts';
import { inTurn } from './association.ts';
import { cautious } from './mixing.ts';
import { twoThirds } from './pacing.ts';
import { loud } from './power.ts';
import { longestWait } from './scheduling.ts';

conformsToScheduling(longestWait);
conformsToPacing(twoThirds);
conformsToAggregation(bySquareRoot);
conformsToAllocation(byNeed, { bandwidth: 5e6 });
conformsToPowerControl(loud());
conformsToAssociation(inTurn);
conformsToMixing(cautious);

const task = classify({ dataset: gaussianBlobs({ trainPerClass: 40, testPerClass: 10 }), model: softmax() });

export const digital: Scenario = scenario({
  name: 'kit',
  topology: federation({ clients: 9, edgeServers: 3, association: inTurn }),
  channel: radio({ access: byNeed }),
  task,
  algorithm: sdFeel({ pacing: twoThirds, aggregation: bySquareRoot, mixing: cautious }),
  schedule: longestWait,
  until: { rounds: 3 },
});

export const air: Scenario = scenario({
  name: 'kit-air',
  topology: federation({ clients: 4, edgeServers: 1 }),
  channel: radio({ powerControl: loud(), overTheAir: { snrDb: 20 } }),
  task,
  algorithm: feel({ uplink: overTheAir() }),
  until: { rounds: 3 },
});
`;
