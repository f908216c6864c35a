/**
 * After a change of a machine, draw the README's charts anew:
 *
 *   FADELAB_UPDATE=1 npx vitest run --config test/config/vitest.config.ts test/unit/report/statechart.test.ts
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as cast from '../../../actors/index.ts';
import { arrowsOf, type ChartNode, mermaid, nodesOf, scxml } from '../../../src/report/export/statechart.ts';

const machines = {
  client: cast.clientMachine,
  'edge-server': cast.edgeServerMachine,
  'central-server': cast.centralServerMachine,
  'asynchronous-central-server': cast.asynchronousCentralServerMachine,
};
const README = new URL('../../../README.md', import.meta.url);
const CHART = /```mermaid\n([\s\S]*?)```/g;
const rootOf = (machine: unknown) => (machine as { readonly root: ChartNode }).root;

describe('a drawing of a statechart', () => {
  it('is what the README shows of each machine; `fadelab statechart NAME` prints it anew', () => {
    const readme = readFileSync(README, 'utf8');
    const drawings = Object.values(machines).map((machine) => mermaid(rootOf(machine)));
    if (process.env.FADELAB_UPDATE === '1') {
      let next = 0;
      writeFileSync(
        README,
        readme.replace(CHART, () => `\`\`\`mermaid\n${drawings[next++]}\`\`\``),
      );
      return;
    }
    expect([...readme.matchAll(CHART)].map(([, text]) => text)).toEqual(drawings);
  });

  it.each(Object.entries(machines))(
    'of the %s has all its states and arrows, as Mermaid and as SCXML',
    (_, machine) => {
      const root = rootOf(machine);
      const all = nodesOf(root);
      const states = all.filter(({ path }) => path.length > 0);
      const arrows = all.flatMap(arrowsOf);
      const drawn = mermaid(root);
      const written = scxml(root);
      expect(arrows.length).toBeGreaterThan(10);
      for (const { key } of states) expect(written).toMatch(new RegExp(`<(state|final|parallel) id="${key}"`));
      for (const { from, to, event, guard } of arrows) {
        const source = from.path.length === 0 ? 'any_state' : from.key;
        const [line = ''] = drawn.match(new RegExp(`^ +${source} --> ${to.key}(:.*)?$`, 'm')) ?? [];
        expect(line).toContain(guard === undefined ? (event ?? '') : `${event ?? ''}${event ? ' ' : ''}[${guard}]`);
      }
      expect(written.match(/<transition /g)).toHaveLength(arrows.length);
      expect(wellFormed(written)).toBe(true);
    },
  );
});

/** Whether every element that opens closes again, in order. */
function wellFormed(xml: string): boolean {
  const open: string[] = [];
  for (const [, end, name, self] of xml.matchAll(/<(\/?)([a-z]+)[^<>?]*?(\/?)>/g)) {
    if (end === '/' && open.pop() !== name) return false;
    if (end !== '/' && self !== '/') open.push(name as string);
  }
  return open.length === 0;
}
