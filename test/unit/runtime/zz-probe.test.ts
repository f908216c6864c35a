import { it } from 'vitest';
import { sdFeel } from '/work/main/src/algorithms/index.ts';
import { federation, kRegular, ring } from '/work/main/actors/index.ts';
import { fixedRates, radio, rayleigh } from '/work/main/channels/index.ts';
import { classify, gaussianBlobs } from '/work/main/src/learning/index.ts';
import { heterogeneous } from '/work/main/src/devices/index.ts';
import { simulate } from '/work/main/src/scenario/simulate.ts';
import { timingStudy } from '/work/main/test/support/study.ts';
const any = (x: unknown) => x as never;
it('probe', async () => {
  const cases: Record<string, object> = {
    mixThrows: { algorithm: sdFeel({ mixing: () => { throw new Error('boo'); } }) },
    mixUndefined: { algorithm: sdFeel({ mixing: any(() => undefined) }) },
    mixNaN: { algorithm: sdFeel({ mixing: any(() => [[NaN,NaN,NaN,NaN],[NaN,NaN,NaN,NaN],[NaN,NaN,NaN,NaN],[NaN,NaN,NaN,NaN]]) }) },
    assocUndefined: { topology: federation({ clients: 8, edgeServers: 2, association: any(() => undefined) }) },
    assocThrows: { topology: federation({ clients: 8, edgeServers: 2, association: any(() => { throw new Error('boo'); }) }) },
    assocBad: { topology: federation({ clients: 8, edgeServers: 2, association: any(() => [0, 1, 2, 0.5, -1, 'a', 0, 1]) }) },
    graphUndefined: { topology: federation({ clients: 8, edgeServers: 2, graph: any(() => undefined) }) },
    kreg: { topology: federation({ clients: 8, edgeServers: 4, graph: kRegular({ degree: 9 }) }) },
    multi: { topology: federation({ clients: 3, edgeServers: 4, graph: kRegular({ degree: 9 }) }), channel: radio({ fading: rayleigh({ coherence: -1 }), bandwidth: NaN } as never), seed: NaN, devices: { clock: heterogeneous({ gap: 0.5 }) }, task: classify({ dataset: gaussianBlobs({ clases: 3 } as never) }), until: {}, wrong: 1 },
    pacingWord: { algorithm: sdFeel({ pacing: any(() => 'yes') }) },
    availability: { devices: { availability: { } } },
    clockNaN: { devices: { clock: { macsPerSecond: () => NaN } } },
    straggler: { devices: { straggler: { duration: () => -1 } } },
    bigWeights: { algorithm: sdFeel({ aggregation: (all) => all.map(() => 1e308) }) },
    taskJunk: { task: {} },
    topoJunk: { topology: {} },
    topoMissing: { topology: undefined },
    algJunk: { algorithm: {name: 'x'} },
    scriptNotGen: { script: any(() => 5) },
    channelJunk: { channel: { type: 'fixed' } },
    dirichlet: { until: { rounds: 0 } },
    nested: { backhaul: { edge: { rate: -5, lattency: 1 } } },
  };
  for (const [name, options] of Object.entries(cases)) {
    try { const { summary, cause } = await simulate(timingStudy(options as never)); console.log(name, 'OK', cause, summary.virtualSeconds, summary.rounds); }
    catch (e) { console.log(name, (e as Error).name, (e as Error).message.slice(0, 900)); }
  }
});
