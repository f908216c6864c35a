import { ofdma, radio, rayleigh } from '../../channels/index.ts';
import { asyncSdFeel, fedAvg, hierFavg } from '../../src/algorithms/index.ts';
import { markovOnOff } from '../../src/devices/index.ts';
import { fastest, overTheAir } from '../../src/policies/index.ts';
import type { Scenario } from '../../src/scenario/scenario.ts';
import { study } from './study.ts';

/** Studies whose traces are kept in test/golden/traces, under the same names. */
export const stories: Readonly<Record<string, Scenario>> = {
  faults: study({
    until: { rounds: 3 },
    *script(world) {
      yield world.closed(1);
      world.crash('edge-1');
      world.slow('client-3', { factor: 10 });
      yield world.after(0.5);
      world.restart('edge-1');
    },
  }),
  asynchronous: study({ algorithm: asyncSdFeel(), until: { rounds: 2 } }),
  'fading-radio': study({
    algorithm: fedAvg({ localSteps: 2 }),
    channel: radio({ fading: rayleigh({ coherence: 0.02 }), access: ofdma({ bandwidth: 2e6 }) }),
    devices: { availability: markovOnOff({ meanOnline: 0.5, meanOffline: 0.1 }) },
    schedule: fastest({ cohort: 5, closeAfter: 1 }),
  }),
  'over-the-air': study({
    algorithm: hierFavg({ localSteps: 2, uplink: overTheAir() }),
    channel: radio({ overTheAir: { bandwidth: 1e5, snrDb: 20 } }),
    until: { rounds: 2 },
  }),
};
