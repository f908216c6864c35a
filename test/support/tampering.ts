/** Ways to spoil what a run leaves: its trace, summary and checkpoint, each made from a seed. Seals and sums are right again. */
import { createHash } from 'node:crypto';
import { bare, sealed } from '../../src/trace/seal.ts';

/** Draws a whole number below a bound. */
export type Draw = (below: number) => number;

/** A small generator, so that each find comes back by its seed. */
export function drawing(seed: number): Draw {
  let state = (seed * 0x9e3779b9 + 0x85ebca6b) >>> 0;
  return (below) => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x6d2b79f5) >>> 0;
    return ((state ^ (state >>> 13)) >>> 0) % below;
  };
}

const DEEP = 10_000;
const MARK = '\u0001deep\u0001';
const VALUES: readonly unknown[] = [
  ...[
    null,
    true,
    false,
    0,
    -1,
    1.5,
    7,
    1e300,
    2 ** 53,
    '',
    'x',
    '../x',
    '\u0000',
    '\u001b[2J',
    '5',
    'client-0',
    'model',
  ],
  ...[[], [5], [null], ['x'], [[]], [{}], {}, { a: 1 }, { length: 3 }, 'x'.repeat(100_000), MARK, undefined],
];

const pick = <Each>(all: readonly Each[], draw: Draw): Each => all[draw(all.length)] as Each;

/** JSON of a value in which one place, at any depth, holds something else or is gone. */
export function altered(value: unknown, draw: Draw): string {
  const places: { readonly holder: Record<string, unknown>; readonly key: string }[] = [];
  const root = { value: structuredClone(value) };
  const find = (holder: Record<string, unknown>): void => {
    for (const key of Object.keys(holder)) {
      places.push({ holder, key });
      const inner = holder[key];
      if (typeof inner === 'object' && inner !== null) find(inner as Record<string, unknown>);
    }
  };
  find(root);
  const { holder, key } = pick(places, draw);
  const other = pick(VALUES, draw);
  if (other === undefined && holder !== root) delete holder[key];
  else holder[key] = other ?? null;
  const deep = draw(2) === 0 ? ['[', ']'] : ['{"a":', '}'];
  const [open, close] = deep as [string, string];
  return JSON.stringify(root.value).replaceAll(JSON.stringify(MARK), `${open.repeat(DEEP)}0${close.repeat(DEEP)}`);
}

/** Overrides and paths as a header could hold them. */
const SETS = [
  ...[
    'x',
    '=',
    'seed=',
    'until.rounds=NaN',
    'clients=-1',
    'schedule=(((',
    'schedule=fastest(cohort=',
    'a.b.c=1',
    '..=2',
  ],
  ...['schedule=file:///nowhere.mjs', 'schedule=./nowhere.mjs#x', 'schedule=data:text/javascript,0', 'topology=fedAvg'],
  ...['schedule=file://host/x.mjs', 'schedule=file:///%2F.mjs', 'environment="a\\u0000b"', 'channel.fading=[[['],
  ...['__proto__.x=1', 'constructor=1', 'task.dataset=idx(folder="\\u0000")', 'script=5', 'schedule.cohort={"a":[]}'],
];
const SCENARIOS = [
  '',
  '.',
  '/',
  '..',
  'nowhere',
  './nowhere.mjs',
  '\u0000',
  '#',
  'a#b#c',
  'data:text/javascript,0',
  '/etc/passwd',
];

function spoiledHeader(header: Record<string, unknown>, draw: Draw): string {
  const source = header.source as Record<string, unknown>;
  const kind = draw(6);
  if (kind === 0) return JSON.stringify({ ...header, source: { ...source, set: [pick(SETS, draw)] } });
  if (kind === 1) return JSON.stringify({ ...header, source: { ...source, scenario: pick(SCENARIOS, draw) } });
  if (kind === 2) {
    const fork = { at: 0.01, set: [pick(SETS, draw)] };
    return JSON.stringify({
      ...header,
      source: { ...source, fork: JSON.parse(altered(fork, (n) => draw(n))) as unknown },
    });
  }
  return altered(header, draw);
}

/** Lines of a trace of which one was changed, moved, cut out or put in, with right seals. */
export function spoiledTrace(lines: readonly string[], draw: Draw): string[] {
  const spoiled = lines.map(bare);
  const at = 1 + draw(lines.length - 1);
  const kind = draw(12);
  if (kind < 5) spoiled[0] = spoiledHeader(JSON.parse(spoiled[0] as string) as Record<string, unknown>, draw);
  else if (kind < 9) spoiled[at] = altered(JSON.parse(spoiled[at] as string), draw);
  else if (kind === 9) spoiled.splice(at, 1 + draw(3));
  else if (kind === 10) spoiled.splice(draw(lines.length), 0, spoiled[at] as string);
  else spoiled[at] = pick(['', 'null', '{}', '[]', '5', '"x"', '{"at":0}', '{"at":0,"kind":"x"}', '{'], draw);
  return sealed(spoiled);
}

/** A text of which a piece is gone, or other bytes stand in it. */
export function damaged(text: string, draw: Draw): string {
  const at = draw(text.length + 1);
  const kind = draw(4);
  if (kind === 0) return text.slice(0, at);
  if (kind === 1) return text.slice(at);
  if (kind === 2)
    return `${text.slice(0, at)}${pick(['\u0000', '\ufffd', '\n', '"', '{', '\r\n', '\u2028'], draw)}${text.slice(at)}`;
  return `${text.slice(0, at)}${text.slice(at + 1 + draw(40))}`;
}

const LINE_END = 10;
const SUM_BYTES = 32;

/** A checkpoint whose head says something else, or whose vectors are others, with a right checksum. */
export function spoiledCheckpoint(bytes: Buffer, draw: Draw): Buffer {
  const end = bytes.indexOf(LINE_END);
  const head: unknown = JSON.parse(bytes.toString('utf8', 0, end));
  const vectors = bytes.subarray(end + 1, bytes.length - SUM_BYTES);
  const kind = draw(8);
  if (kind === 0) return bytes.subarray(0, draw(bytes.length));
  const cut = kind === 1 ? vectors.subarray(0, draw(vectors.length + 1)) : vectors;
  const text =
    kind === 1 ? JSON.stringify(head) : kind === 2 ? pick(['', '5', 'null', '{}', '{'], draw) : altered(head, draw);
  const body = Buffer.concat([Buffer.from(`${text}\n`), cut]);
  return Buffer.concat([body, createHash('sha256').update(body).digest()]);
}
