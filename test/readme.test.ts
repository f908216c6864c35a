/**
 * The README is true: its snippets type-check and run, its tables name what there is and nothing else.
 *
 * A fenced block's info string says what becomes of it:
 * - `ts name.ts`: written to a folder under that name, type-checked with the others; `library.ts`, `patient-test.ts` and
 *   `learner.ts` are run, scenarios are run by `sh`;
 * - `sh`: run there, `npx fadelab` being the program in dist/;
 * - `sh brief`: the same, with every run cut to two rounds;
 * - `sh skip`: not run; for `npm ci`, `npm start` and `npm test` alone;
 * - `json`: parsed.
 */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { federation, ring } from '../actors/index.ts';
import { radio } from '../channels/index.ts';
import { sdFeelMnist } from '../scenarios/sd-feel-mnist.ts';
import { fedAvg, feel, hierFavg, sdFeel } from '../src/algorithms/index.ts';
import { markovOnOff } from '../src/devices/index.ts';
import { type ScenarioOptions, scenario } from '../src/scenario/scenario.ts';
import { simulate } from '../src/scenario/simulate.ts';
import { eventKinds } from './support/event-kinds.ts';
import { blobs, factsOf, study } from './support/study.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const README = readFileSync(join(ROOT, 'README.md'), 'utf8');
const MAIN = join(ROOT, 'dist', 'src', 'cli', 'main.js');
/** For one snippet, on a busy machine. */
const SNIPPET_BUDGET = 90_000;

interface Snippet {
  readonly language: string;
  readonly note: string;
  readonly text: string;
  /** Line of the README on which it begins. */
  readonly line: number;
}

const snippets: readonly Snippet[] = [...README.matchAll(/^```(\w*) ?(.*)\n([\s\S]*?)^```$/gm)].map((match) => {
  const [, language = '', note = '', text = ''] = match;
  return { language, note, text, line: README.slice(0, match.index).split('\n').length };
});

const inLanguage = (language: string): readonly Snippet[] => snippets.filter((each) => each.language === language);

/** The text under a heading, up to the next of its rank or a higher one. */
function section(title: string): string {
  const at = README.indexOf(`\n## ${title}\n`);
  expect(at, `a section ${title}`).toBeGreaterThan(0);
  const end = README.indexOf('\n## ', at + 1);
  return README.slice(at, end < 0 ? undefined : end);
}

/** Cells of the tables in a text, without their heads. */
const rowsOf = (text: string): readonly string[][] =>
  text.split('\n').flatMap((each) => {
    if (!each.startsWith('| `')) return [];
    return [
      each
        .slice(1, -1)
        .split(' | ')
        .map((cell) => cell.trim()),
    ];
  });

/** What stands in code marks. */
const codesIn = (text = ''): string[] => [...text.matchAll(/`([^`]+)`/g)].map(([, code]) => code as string);

const execute = promisify(execFile);
let folder: string;

async function run(command: string, args: readonly string[]): Promise<string> {
  try {
    const { stdout } = await execute(command, args, { cwd: folder, maxBuffer: 2 ** 26 });
    return stdout;
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    throw new Error(`${command} ${args.at(-1)} failed:\n${stdout}\n${stderr}`, { cause: error });
  }
}

/** A shell in which `npx fadelab` is the program as built. */
const shell = (text: string, extra = ''): Promise<string> =>
  run('bash', ['-euc', `npx() { [ "$1" = fadelab ]; shift; node '${MAIN}' "$@" ${extra}; }\n${text}`]);

beforeAll(() => {
  expect(existsSync(MAIN), 'dist/ is built: run npm run build').toBe(true);
  mkdirSync(join(ROOT, 'runs'), { recursive: true });
  // Inside the repository, so that `fadelab` means this package.
  folder = mkdtempSync(join(ROOT, 'runs', 'readme-'));
  for (const { note, text } of inLanguage('ts')) writeFileSync(join(folder, note), text);
});

afterAll(() => {
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
});

describe('the snippets of the README', () => {
  it('are all of a kind that is tested, and skipped only where a whole installation is meant', () => {
    const skipped = inLanguage('sh').filter(({ note }) => note === 'skip');
    for (const { text } of skipped) expect(text).toMatch(/^npm ci && npm (?:start|test)\n$/);
    expect(snippets.filter(({ language }) => !['sh', 'ts', 'json', 'mermaid', ''].includes(language))).toEqual([]);
    expect(inLanguage('ts').filter(({ note }) => !/^[a-z-]+\.ts$/.test(note))).toEqual([]);
    expect(inLanguage('sh').filter(({ note }) => !['', 'brief', 'skip'].includes(note))).toEqual([]);
    expect(inLanguage('sh').length).toBeGreaterThan(3);
  });

  it(
    'in TypeScript pass the strictest type check',
    async () => {
      const files = inLanguage('ts').map(({ note }) => note);
      expect(files.length).toBeGreaterThan(2);
      // With these folders `fadelab` means the package's declarations in dist/, as it does for a stranger.
      const folders = { rootDir: '.', outDir: 'out' };
      const options = {
        ...folders,
        noEmit: true,
        allowImportingTsExtensions: true,
        rewriteRelativeImportExtensions: false,
      };
      const settings = { extends: join(ROOT, 'tsconfig.json'), compilerOptions: options, files, include: [] };
      writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(settings));
      await run(process.execPath, [join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', '.']);
    },
    SNIPPET_BUDGET,
  );

  it(
    'that use the package as a library run',
    async () => {
      expect(await run(process.execPath, ['--import', 'tsx', 'library.ts'])).toMatch(
        /\d+ lines; \d+ scores from 0 s on/,
      );
      await run(process.execPath, ['--import', 'tsx', 'patient-test.ts']);
      const said = await run(process.execPath, ['--import', 'tsx', 'learner.ts']);
      const [first = 0, last = 0] = (said.match(/[\d.]+/g) ?? []).map(Number);
      expect(last).toBeLessThan(first / 2);
    },
    SNIPPET_BUDGET,
  );

  it.each(
    inLanguage('sh')
      .filter(({ note }) => note !== 'skip')
      .map((each) => [each.line, each] as const),
  )(
    'for the shell run: line %i',
    async (_line, { text, note }) => {
      expect(await shell(text, note === 'brief' ? '--set until.rounds=2' : '')).not.toBe('');
    },
    SNIPPET_BUDGET,
  );

  it('in JSON parse', () => {
    for (const { text } of inLanguage('json')) expect(() => JSON.parse(text)).not.toThrow();
  });
});

describe('what the README names', () => {
  it('is there, where it is a link or a path', () => {
    const anchors = [...README.matchAll(/^#+ (.+)$/gm)].map(
      ([, title = '']) =>
        `#${title
          .toLowerCase()
          .replace(/[^\w\- ]/g, '')
          .replaceAll(' ', '-')}`,
    );
    const links = [...README.matchAll(/\]\(([^)]+)\)/g)].map(([, target]) => target as string);
    expect(links.length).toBeGreaterThan(0);
    const isThere = (target: string) =>
      target.startsWith('#') ? anchors.includes(target) : existsSync(join(ROOT, target));
    expect(links.filter((target) => !target.startsWith('https://') && !isThere(target))).toEqual([]);
    const paths = codesIn(README).filter((code) => /^(?:src|test|actors|channels|scenarios)\//.test(code));
    expect(paths.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });

  it('as parts is the catalogue, by kind, and the other way round', async () => {
    const { parts } = JSON.parse(await run(process.execPath, [MAIN, 'list', '--json'])) as {
      parts: Record<string, readonly { readonly name: string }[]>;
    };
    const indexed = rowsOf(section('Model index')).map(([kind, names = '']) => {
      const found = [...names.matchAll(/\*\*`([^`]+)`\*\*/g)].map(([, name]) => name as string);
      return [codesIn(kind)[0] as string, found.sort()] as const;
    });
    const catalogue = Object.entries(parts).map(
      ([kind, entries]) => [kind, entries.map(({ name }) => name).sort()] as const,
    );
    expect(Object.fromEntries(indexed)).toEqual(Object.fromEntries(catalogue));
  });

  it('as error codes is every code that there is', () => {
    const source = readFileSync(join(ROOT, 'src/errors.ts'), 'utf8');
    const [, union = ''] = /export type ErrorCode =([^;]+);/.exec(source) ?? [];
    const codes = [...union.matchAll(/'([A-Z_]+)'/g)].map(([, code]) => code);
    const rows = rowsOf(section('Troubleshooting'));
    expect(rows.map(([code]) => codesIn(code)[0])).toEqual(codes);
    expect(rows.filter((cells) => cells.length !== 3 || cells.includes(''))).toEqual([]);
  });
});

// Goal: the comparison's figures are what one gets. Method: each algorithm until 70 %, the table's first column of times.
it(
  'the comparison of algorithms has the times that its commands give',
  async () => {
    const { options } = sdFeelMnist;
    const algorithms = [sdFeel({ edgeRounds: 5 }), hierFavg({ edgeRounds: 5 }), fedAvg(), feel()];
    const rows = section('A comparison')
      .split('\n')
      .filter((row) => row.includes(' s |'))
      .map((row) => row.split('|'));
    expect(rows.length).toBe(algorithms.length);
    for (const [index, algorithm] of algorithms.entries()) {
      const until = { rounds: 60, accuracy: 0.7 };
      const { summary } = await simulate(scenario({ ...options, algorithm, until }));
      expect(rows[index]?.[2]?.trim()).toBe(`${summary.timeToAccuracy['0.7']?.toFixed(2)} s`);
    }
  },
  SNIPPET_BUDGET,
);

// Goal: the README's tables of the trace and the summary are the interface. Method: runs in which about everything happens.
describe('the record of a run', () => {
  const documented = new Map(
    rowsOf(section('The trace')).flatMap(([kinds, fields]) =>
      codesIn(kinds).map((kind) => [kind, codesIn(fields)] as const),
    ),
  );

  it('has a row for every kind of event, with its fields, and no other', () => {
    const texts = ['src/event.ts', 'src/carried.ts'].map((path) => readFileSync(join(ROOT, path), 'utf8'));
    const kinds = eventKinds(texts.join('\n'));
    expect(kinds.length).toBeGreaterThan(20);
    const rows = [...documented].map(([kind, fields]) => [kind, [...fields].sort()]);
    expect(Object.fromEntries(rows)).toEqual(Object.fromEntries(kinds));
  });

  it('has no field, in a run where much happens, that is not documented', async () => {
    const { options: eventful } = study({
      devices: { availability: markovOnOff({ meanOnline: 0.4, meanOffline: 0.2 }) },
      topology: federation({ clients: 12, edgeServers: 4, graph: ring() }),
      schedule: ({ idle }) => ({ invite: idle, closeAfter: 0.15 }),
      task: blobs(),
      until: { rounds: 8 },
      *script(world) {
        yield world.closed(2);
        world.crash('edge-1');
        world.block('client-0', { attenuationDb: 3 });
        world.slow('client-1', { factor: 100 });
        world.cut('client-2');
        yield world.after(0.1);
        world.mend('client-2');
        world.restart('edge-1');
      },
    });
    const seen = new Map<string, Set<string>>();
    const variants: Partial<ScenarioOptions>[] = [
      { algorithm: sdFeel({ localSteps: 2 }) },
      { algorithm: hierFavg({ localSteps: 2, edgeRounds: 2 }), channel: radio({ downlink: 'broadcast' }) },
    ];
    for (const variant of variants) {
      const { trace } = await simulate(scenario({ ...eventful, ...variant }));
      for (const { at, actor, kind, ...fields } of factsOf(trace)) {
        expect([typeof at, typeof actor]).toEqual(['number', 'string']);
        seen.set(kind, new Set([...(seen.get(kind) ?? []), ...Object.keys(fields)]));
      }
      const header = Object.keys(JSON.parse(trace[0] as string) as object);
      const [, intro = ''] = /is the header: ([\s\S]*?)Each other line/.exec(section('The trace')) ?? [];
      expect(header.filter((field) => !codesIn(intro).includes(field))).toEqual([]);
    }
    for (const [kind, fields] of seen) expect(documented.get(kind)).toEqual(expect.arrayContaining([...fields]));
    expect(seen.size).toBeGreaterThan(20);
  });

  it('has a summary whose fields are documented', async () => {
    const { summary } = await simulate(study({ until: { rounds: 1 } }));
    const listed = rowsOf(section('Five minutes')).flatMap(([fields]) => codesIn(fields));
    expect(listed).toEqual(Object.keys(summary));
  });
});
