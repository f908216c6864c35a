/**
 * Goal: with `wasm` a run has the same bytes on every machine and release of Node. Method: runs that together draw from all
 * distributions, take every kind of power, and sum in bits and in the air, held to stored fingerprints, in
 * test/golden/fingerprints.json. The tests run this file on each release that they know.
 *
 * After a change that is meant to show, store what is measured now, and say in the commit why it changed:
 *
 *   FADELAB_UPDATE=1 npx vitest run --config test/config/vitest.config.ts test/simulation/releases.test.ts
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { correlated, nakagami, ofdma, radio, uma } from '../../channels/index.ts';
import { movingClients } from '../../scenarios/moving-clients.ts';
import { poFlMnist } from '../../scenarios/po-fl.ts';
import { quickstart } from '../../scenarios/quickstart.ts';
import { asyncSdFeel, fedBuff } from '../../src/algorithms/index.ts';
import { markovOnOff, pareto } from '../../src/devices/index.ts';
import { type ScenarioOptions, scenario } from '../../src/scenario/scenario.ts';
import { simulate } from '../../src/scenario/simulate.ts';
import { MHz } from '../../src/units.ts';

const GOLDEN = fileURLToPath(new URL('../golden/fingerprints.json', import.meta.url));
const isUpdate = process.env.FADELAB_UPDATE === '1';

const { options: quick } = quickstart;
const RUNS: Readonly<Record<string, ScenarioOptions>> = {
  quickstart: { ...quick, until: { rounds: 10 } },
  'moving-clients': { ...movingClients.options, until: { rounds: 6 } },
  'fading-radio': {
    ...quick,
    channel: radio({
      ...{ pathLoss: uma({}), shadowing: correlated({}), fading: nakagami({ shape: 0.7 }) },
      ...{ access: ofdma({ bandwidth: MHz(10) }), cellRadius: 400 },
    }),
    devices: { straggler: pareto({ shape: 2.3 }), availability: markovOnOff({}) },
    until: { rounds: 6 },
  },
  'over-the-air': { ...poFlMnist.options, until: { rounds: 5 } },
  'asynchronous-edges': { ...quick, algorithm: asyncSdFeel({}), until: { rounds: 10 } },
  'asynchronous-server': { ...quick, algorithm: fedBuff({ buffer: 3 }), until: { rounds: 30 } },
};

const stored = isUpdate ? {} : (JSON.parse(readFileSync(GOLDEN, 'utf8')) as Record<string, unknown>);
const measured: Record<string, unknown> = {};

it.each(Object.keys(RUNS))('has the bytes of %s that it has elsewhere', async (name) => {
  const { summary } = await simulate(scenario({ ...(RUNS[name] as ScenarioOptions), name }), { backend: 'wasm' });
  measured[name] = summary.fingerprint;
  if (!isUpdate) expect(measured[name]).toEqual(stored[name]);
});

it('has stored fingerprints for these runs, and for nothing else', () => {
  if (isUpdate) writeFileSync(GOLDEN, `${JSON.stringify(measured, null, 2)}\n`);
  else expect(Object.keys(stored)).toEqual(Object.keys(RUNS));
});
