/**
 * Reads the sources and proves what the house rules say of them: which way imports point, how long files and functions
 * are, which words and globals stay out. Lists of exceptions may only shrink: one that is no longer needed fails too.
 */
import { readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  children,
  declared,
  filesIn,
  functionsOf,
  isFree,
  lineOf,
  type Node,
  ROOT,
  read,
  type Source,
  walk,
} from './support/sources.ts';

const FILE_LINES_MAX = 300;
const FUNCTION_LINES_MAX = 70;

/** Files that may be longer, with their present length at most. */
const LONG_FILES: Readonly<Record<string, number>> = {};
/** Functions that may be longer, as `file:name`. */
const LONG_FUNCTIONS: readonly string[] = [];
/** Test files that may be longer. */
const LONG_TEST_FILES: readonly string[] = [];

/** Words that say nothing, as whole declared names. */
const BANNED_NAMES = new Set(['data', 'info', 'item', 'manager', 'helper', 'utils', 'handle', 'process', 'do']);
/** Time and luck come from the kernel and from streams. */
const BANNED_GLOBALS = new Set(['Date', 'performance', 'setTimeout', 'setInterval', 'setImmediate', 'crypto']);
const BANNED_MEMBERS = new Set(['Math.random', 'process.env', 'process.hrtime']);

const FOLDERS = ['src', 'actors', 'channels', 'scenarios'];
const sources = FOLDERS.flatMap(filesIn).map(read);
const tests = filesIn('test');

/** `file: what` for each source and each thing that is wrong with it. */
const complaints = (among: readonly Source[], check: (source: Source) => readonly string[]): string[] =>
  among.flatMap((source) => check(source).map((what) => `${source.path}: ${what}`));

const within =
  (...folders: readonly string[]) =>
  (path: string) =>
    folders.some((folder) => (folder.endsWith('.ts') ? path === folder : path.startsWith(`${folder}/`)));

const isOwn = (specifier: string): boolean => within(...FOLDERS, 'test')(specifier);

/** Rank of a file of the engine. A file imports from strictly lower ranks, or from its own folder. */
const RANKS: readonly (readonly [rank: number, folders: readonly string[]])[] = [
  [0.5, ['src/coding', 'src/graph', 'src/incentive']],
  [1, ['src/kernel', 'src/learning']],
  [2, ['src/network', 'src/devices', 'src/policies', 'src/trace']],
  [3, ['src/runtime', 'src/algorithms', 'src/conformance']],
  [4, ['src/scenario']],
  [5, ['src/lab']],
  [6, ['src/report', 'src/claims', 'src/cluster']],
  [7, ['src/cli']],
  [8, ['src/index.ts']],
];
const RANK_ZERO = 'units errors assert part step event carried later model-version version'
  .split(' ')
  .map((name) => `src/${name}.ts`);

function rankOf(path: string): number | undefined {
  if (RANK_ZERO.includes(path) || path.startsWith('src/math/')) return 0;
  return RANKS.find(([, folders]) => within(...folders)(path))?.[0];
}

const folderOf = (path: string): string => path.split('/').slice(0, 2).join('/');

describe('the arrows between files', () => {
  it('give every file of the engine a rank', () => {
    expect(
      sources.filter(({ path }) => path.startsWith('src/') && rankOf(path) === undefined).map(({ path }) => path),
    ).toEqual([]);
  });

  it('point down inside the engine, or stay inside a folder', () => {
    const wrong = complaints(
      sources.filter(({ path }) => path.startsWith('src/')),
      ({ path, imports }) =>
        imports.filter((target) => {
          if (!isOwn(target)) return false;
          const [from, to] = [rankOf(path) as number, rankOf(target)];
          const isNear = folderOf(path) === folderOf(target) || (from === 0 && to === 0);
          return to === undefined || !(to < from || isNear);
        }),
    );
    expect(wrong).toEqual([]);
  });

  it('lead from actors to the contracts of the engine only', () => {
    const allowed = within(
      'actors',
      'src/event.ts',
      'src/units.ts',
      'src/part.ts',
      'src/kernel/effect.ts',
      'src/policies',
      'src/network/contract.ts',
      'src/network/graph',
      'src/network/failures',
      'src/runtime/plan.ts',
      'src/runtime/topology.ts',
    );
    const wrong = complaints(
      sources.filter(({ path }) => path.startsWith('actors/')),
      ({ imports }) => imports.filter((target) => !allowed(target) && target !== 'xstate' && target !== 'zod'),
    );
    expect(wrong).toEqual([]);
  });

  it('lead from channels to physics only', () => {
    const allowed = within(
      'channels',
      'src/network/contract.ts',
      'src/math',
      'src/units.ts',
      'src/part.ts',
      'src/errors.ts',
    );
    const wrong = complaints(
      sources.filter(({ path }) => path.startsWith('channels/')),
      ({ imports }) => imports.filter((target) => !allowed(target) && target !== 'zod'),
    );
    expect(wrong).toEqual([]);
  });

  it('lead from scenarios to the public entries and to each other only, as from a stranger’s', () => {
    const { name, exports } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
      name: string;
      exports: object;
    };
    const entries = Object.keys(exports).map((entry) => posix.join(name, entry));
    const wrong = complaints(
      sources.filter(({ path }) => path.startsWith('scenarios/')),
      ({ imports }) => imports.filter((target) => !entries.includes(target) && !target.startsWith('scenarios/')),
    );
    expect(wrong).toEqual([]);
  });

  it.each([
    ['xstate', ['actors', 'src/runtime/actor.ts', 'src/runtime/actors.ts', 'src/runtime/plan.ts']],
    ['piscina', ['src/runtime/pool.ts', 'src/runtime/enduring-pool.ts']],
    ['commander', ['src/cli']],
    ['cli-progress', ['src/cli']],
    ['bullmq', ['src/cluster']],
    ['ioredis', ['src/cluster']],
    ['esbuild', ['src/lab/own-files.ts']],
    [
      'node:fs',
      [
        ...['src/trace', 'src/report', 'src/cli', 'src/learning/dataset', 'src/learning/backend/compiled/native.ts'],
        ...['src/lab/store.ts', 'src/lab/own-files.ts', 'src/cluster/identity.ts', 'src/version.ts'],
        ...['src/scenario/simulate.ts', 'src/scenario/compiled-cache.ts'],
      ],
    ],
    // A hook of the module loader, which tells modules from scripts.
    ['node:fs/promises', ['src/scenario/package-hook.ts']],
  ])('let %s in where it belongs and nowhere else', (library, homes) => {
    const users = sources.filter(({ imports }) => imports.includes(library)).map(({ path }) => path);
    expect(users.filter((path) => !within(...homes)(path))).toEqual([]);
  });
});

describe('the size of things', () => {
  it(`keeps files within ${FILE_LINES_MAX} lines`, () => {
    const long = [...sources, ...tests.map(read)].flatMap(({ path, text }) => {
      const lines = text.split('\n').length - 1;
      return lines > (LONG_FILES[path] ?? FILE_LINES_MAX) ? [`${path}: ${lines} lines`] : [];
    });
    expect(long.filter((each) => !LONG_TEST_FILES.some((path) => each.startsWith(path)))).toEqual([]);
  });

  it(`keeps functions within ${FUNCTION_LINES_MAX} lines`, () => {
    const long = sources.flatMap(functionsOf).filter(({ lines }) => lines > FUNCTION_LINES_MAX);
    expect(long.filter(({ name }) => !LONG_FUNCTIONS.includes(name))).toEqual([]);
  });

  it('has no exception that is no longer needed', () => {
    const lengths = new Map(
      [...sources, ...tests.map(read)].map(({ path, text }) => [path, text.split('\n').length - 1]),
    );
    const isLong = (path: string) => (lengths.get(path) ?? 0) > FILE_LINES_MAX;
    expect([...Object.keys(LONG_FILES), ...LONG_TEST_FILES].filter((path) => !isLong(path))).toEqual([]);
    const long = sources.flatMap(functionsOf).filter(({ lines }) => lines > FUNCTION_LINES_MAX);
    expect(LONG_FUNCTIONS.filter((name) => !long.some((each) => each.name === name))).toEqual([]);
  });
});

describe('the words', () => {
  it('are not the ones that say nothing', () => {
    const wrong = complaints(sources, ({ program }) =>
      [...walk(program)].flatMap(declared).filter((name) => BANNED_NAMES.has(name)),
    );
    expect(wrong).toEqual([]);
  });

  it('name every export: there are no default exports', () => {
    const wrong = complaints(sources, ({ program }) =>
      children(program)
        .filter(({ type }) => type === 'ExportDefaultDeclaration')
        .map(({ type }) => type),
    );
    expect(wrong).toEqual([]);
  });

  it('do not ask the machine for time, timers, luck or settings, outside the command line', () => {
    // The machine's side of things: the command line, other machines, the clock of summaries, threads that die or are slow.
    const isExempt = within(
      'src/cli',
      'src/cluster',
      'src/scenario/wall-clock.ts',
      'src/runtime/enduring-pool.ts',
      'src/runtime/stopwatch.ts',
      'src/runtime/watchdog.ts',
      'src/runtime/turn.ts',
    );
    const wrong = complaints(
      sources.filter(({ path }) => !isExempt(path)),
      (source) =>
        [...walk(source.program)].flatMap(([node, [parent]]) => {
          if (node.type === 'Identifier' && BANNED_GLOBALS.has(node.name as string) && isFree(node, parent)) {
            return [`${node.name} in line ${lineOf(source, node)}`];
          }
          if (node.type !== 'MemberExpression') return [];
          const member = `${(node.object as Node).name}.${(node.property as Node).name}`;
          return BANNED_MEMBERS.has(member) ? [`${member} in line ${lineOf(source, node)}`] : [];
        }),
    );
    expect(wrong).toEqual([]);
  });

  it('take powers by functions that every release of Node rounds alike', () => {
    const isWhole = (node: Node): boolean =>
      node.type === 'UnaryExpression' ? isWhole(node.argument as Node) : Number.isInteger(node.value);
    const wrong = complaints(
      sources.filter(({ path }) => path !== 'src/math/power.ts'),
      (source) =>
        [...walk(source.program)].flatMap(([node]) => {
          const isOperator = node.operator === '**' || node.operator === '**=';
          const isPower =
            node.type === 'MemberExpression' &&
            (node.object as Node).name === 'Math' &&
            ((node.property as Node).name === 'pow' || (node.property as Node).value === 'pow');
          // A constant such as 2 ** 31 is exact.
          const isExact = isOperator && isWhole(node.left as Node) && isWhole(node.right as Node);
          return (isOperator && !isExact) || isPower ? [`a power in line ${lineOf(source, node)}`] : [];
        }),
    );
    expect(wrong).toEqual([]);
  });

  it('take the largest of many numbers without spreading them over arguments, which a long list would overflow', () => {
    const wrong = complaints(sources, (source) =>
      [...walk(source.program)].flatMap(([node]) => {
        const callee = node.callee as Node | undefined;
        const of = callee?.type === 'MemberExpression' ? callee : undefined;
        const names = of === undefined ? [] : [of.object, of.property].map((each) => (each as Node).name);
        const isExtreme = names[0] === 'Math' && (names[1] === 'max' || names[1] === 'min');
        const isSpread = children(node).some(({ type }) => type === 'SpreadElement');
        return node.type === 'CallExpression' && isExtreme && isSpread ? [`line ${lineOf(source, node)}`] : [];
      }),
    );
    expect(wrong).toEqual([]);
  });

  it('leave no test switched off, and none that switches the others off', () => {
    const marks =
      /\b(?:it|test|describe|suite|fc\.assert)\.(?:only|skip|todo|fails)\b|\b(?:xit|fit|xdescribe|fdescribe)\(/;
    expect(
      tests.filter((path) => path !== 'test/tidy.test.ts' && marks.test(readFileSync(join(ROOT, path), 'utf8'))),
    ).toEqual([]);
  });
});

describe('the troubleshooting table of the README', () => {
  it('has a row for every error code, and no row for a code that there is not', () => {
    const { program } = sources.find(({ path }) => path === 'src/errors.ts') as Source;
    const alias = [...walk(program)].find(
      ([node]) => node.type === 'TSTypeAliasDeclaration' && (node.id as Node).name === 'ErrorCode',
    );
    const codes = [...walk(alias![0])].flatMap(([node]) => (typeof node.value === 'string' ? [node.value] : []));
    expect(codes.length).toBeGreaterThan(0);
    const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
    const rows = [...readme.matchAll(/^\|\s*`([A-Z]+(?:_[A-Z]+)+)`\s*\|/gm)].map(([, code]) => code as string);
    expect(rows.toSorted()).toEqual(codes.toSorted());
  });
});
