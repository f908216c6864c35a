import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const ROOT = new URL('../../', import.meta.url);
const dist = (path: string): string => new URL(`dist/${path}`, ROOT).href;

/**
 * More worlds than V8 lets pass before it gives object literals their feedback: from then on, a literal with a spread in it
 * has a new hidden class whenever the last one was collected.
 */
const WORLDS = 16;
/** What code of the engine reads at each event. */
const HOT = ['plan', 'plan.channel', 'plan.devices', 'plan.nodes', 'plan.task', 'plan.until', 'plan.evaluate'];

const differing = (channel: string): string => `
  const { dropouts } = await import('${dist('scenarios/dropouts.js')}');
  const { plan, checked } = await import('${dist('src/scenario/plan.js')}');
  const options = { ...checked(dropouts), channel: (await import('${dist('channels/index.js')}')).${channel}() };
  const plans = [];
  for (let seed = 0; seed < ${WORLDS}; seed++) {
    if (seed >= ${WORLDS - 2}) gc();
    plans.push(await plan({ ...options, seed }, { backend: 'wasm', policyFailure: {} }));
  }
  const at = (world, path) => path.split('.').slice(1).reduce((object, name) => object[name], world);
  const [one, other] = plans.slice(-2);
  console.log(JSON.stringify(${JSON.stringify(HOT)}.filter((path) => !%HaveSameMap(at(one, path), at(other, path)))));`;

// Goal: code that V8 has compiled for one world fits the next ones, so that many worlds are fast.
// Method: V8's own word on whether what two worlds read has the same hidden class, after some worlds on the same thread.
it.each(['radio', 'fixedRates'])('gives each world over %s the same shapes', (channel) => {
  const flags = ['--allow-natives-syntax', '--expose-gc', '--input-type=module', '-e', differing(channel)];
  const out = execFileSync(process.execPath, flags, { encoding: 'utf8', cwd: fileURLToPath(ROOT) });
  expect(JSON.parse(out)).toEqual([]);
});
