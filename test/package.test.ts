/**
 * Goal: a stranger's empty folder is enough. Method: pack, install the tarball there, run a shipped scenario and one of
 * the stranger's own, and type-check the latter. Runs on dist/ as `npm test` has built it.
 */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LOUDEST, ON_AIR } from './support/stranger-on-air.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const TSC = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
/** Budget of the whole file, most of it the installation of what the package depends on. */
const INSTALL_BUDGET = 90_000;
const RUN_BUDGET = 60_000;

const MINE = `/**
 * Covers: a scenario of one's own, outside the package.
 * Scenario: eight clients learn blobs in two cells; one crashes and comes back.
 */
import { fedAvg, Mbps, milliseconds, type Scenario, scenario } from 'fadelab';
import { federation } from 'fadelab/actors';
import { fixedRates } from 'fadelab/channels';
import { classify, gaussianBlobs, softmax } from 'fadelab/learning';
import { random } from 'fadelab/policies';

export const mine: Scenario = scenario({
  name: 'mine',
  topology: federation({ clients: 8, edgeServers: 2 }),
  channel: fixedRates({ uplink: Mbps(2) }),
  task: classify({ dataset: gaussianBlobs(), model: softmax() }),
  algorithm: fedAvg({ localSteps: 2 }),
  schedule: random({ cohort: 4 }),
  until: { rounds: 3 },
  *script(world) {
    world.crash('client-3');
    yield world.after(milliseconds(5));
    world.restart('client-3');
  },
});
`;

/** A staleness weighting of one's own: the whole file. */
const STALENESS = `import type { StalenessWeighting } from 'fadelab/policies';

/** ψ(δ) = ½ for δ ≤ \`window\`, a hundredth of that beyond. */
export const windowed =
  ({ window }: { window: number }): StalenessWeighting =>
  (staleness) =>
    staleness <= window ? 0.5 : 0.005;
`;

/** A graph between edge servers of one's own: the whole file. */
const GRAPH = `import type { GraphGenerator } from 'fadelab';

/** A ring with a chord across it, from server 0 to the one opposite. */
export const chordedRing: GraphGenerator = (nodes) => {
  const across = Math.floor(nodes / 2);
  const neighbours = Array.from({ length: nodes }, (_, node) => [(node + nodes - 1) % nodes, (node + 1) % nodes]);
  neighbours[0]?.push(across);
  neighbours[across]?.push(0);
  return { nodes, neighbours: neighbours.map((each) => each.toSorted((a, b) => a - b)) };
};
`;

const EXTENDED = `import { asyncSdFeel, type Scenario, scenario } from 'fadelab';
import { federation } from 'fadelab/actors';
import { fixedRates } from 'fadelab/channels';
import { timingOnly } from 'fadelab/learning';
import { chordedRing } from './chorded-ring.ts';
import { windowed } from './windowed.ts';

export const extended: Scenario = scenario({
  name: 'extended',
  topology: federation({ clients: 12, edgeServers: 6, graph: chordedRing }),
  channel: fixedRates(),
  task: timingOnly(),
  algorithm: asyncSdFeel({ staleness: windowed({ window: 3 }) }),
  until: { rounds: 3 },
});
`;
const EXTENSION_LINES_MAX = 30;

const TSCONFIG = {
  compilerOptions: {
    target: 'es2023',
    lib: ['es2023'],
    module: 'nodenext',
    strict: true,
    noEmit: true,
    allowImportingTsExtensions: true,
    types: [],
    skipLibCheck: true,
  },
  files: ['mine.ts', 'extended.ts', 'on-air.ts'],
};

const execute = promisify(execFile);
let folder: string;
/** Runs a command in the stranger's folder; what it printed. A failure says all that it printed. */
async function run(command: string, ...args: string[]): Promise<string> {
  try {
    return (await execute(command, args, { cwd: folder, maxBuffer: 2 ** 26 })).stdout;
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    throw new Error(`${command} ${args.join(' ')} failed:\n${stdout}\n${stderr}`, { cause: error });
  }
}

describe('the package, packed and installed into an empty folder', () => {
  let packed: readonly string[] = [];

  beforeAll(async () => {
    expect(existsSync(join(ROOT, 'dist', 'src', 'cli', 'main.js')), 'dist/ is built: run npm run build').toBe(true);
    folder = mkdtempSync(join(tmpdir(), 'fadelab-package-'));
    const { stdout } = await execute('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', folder], {
      cwd: ROOT,
    });
    const [tarball] = Object.values(
      JSON.parse(stdout) as Record<string, { filename: string; files: { path: string }[] }>,
    );
    packed = tarball!.files.map(({ path }) => path);
    writeFileSync(
      join(folder, 'package.json'),
      JSON.stringify({ name: 'stranger', version: '1.0.0', type: 'module', private: true }),
    );
    const files = { mine: MINE, extended: EXTENDED, windowed: STALENESS, 'chorded-ring': GRAPH };
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, `${name}.ts`), text);
    writeFileSync(join(folder, 'loudest.ts'), LOUDEST);
    writeFileSync(join(folder, 'on-air.ts'), ON_AIR);
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(TSCONFIG));
    await run('npm', 'install', '--prefer-offline', '--no-audit', '--no-fund', join(folder, tarball!.filename));
  }, INSTALL_BUDGET);

  afterAll(() => {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  }, INSTALL_BUDGET);

  it('holds compiled code with its types, the scenarios, licence and manifest, and nothing of the workshop', () => {
    for (const path of [
      'package.json',
      'LICENSE',
      'dist/src/index.js',
      'dist/src/index.d.ts',
      'dist/scenarios/quickstart.js',
      'scenarios/quickstart.ts',
    ]) {
      expect(packed).toContain(path);
    }
    const foreign = packed.filter((path) => /^(?:src|test|node_modules|runs|\.ci)\/|\.map$|\.test\./.test(path));
    // The kernels' C sources are built on the machine that they are installed on.
    expect(foreign.filter((path) => !path.startsWith('src/learning/backend/kernels/'))).toEqual([]);
  });

  it('keeps comments in compiled scenarios: `fadelab list` reads what a scenario covers', () => {
    expect(readFileSync(join(folder, 'node_modules/fadelab/dist/scenarios/quickstart.js'), 'utf8')).toMatch(/Covers: /);
  });

  it(
    'runs a shipped scenario by name, options replaced',
    async () => {
      const summary = JSON.parse(
        await run('npx', '--no-install', 'fadelab', 'run', 'quickstart', '--set', 'until.rounds=2', '--json'),
      );
      expect(summary).toMatchObject({ scenario: 'quickstart', rounds: 2 });
    },
    RUN_BUDGET,
  );

  it(
    'runs a stranger’s own scenario from its TypeScript source, with the same result on any number of threads',
    async () => {
      const print = async (threads: string) => {
        const out = join(folder, `run-${threads}`);
        mkdirSync(out);
        const said = await run(
          'npx',
          '--no-install',
          'fadelab',
          'run',
          './mine.ts',
          '--threads',
          threads,
          '--out',
          out,
          '--json',
        );
        // The file's fields are an interface; --json prints them and where the files are.
        expect(JSON.parse(said)).toMatchObject(JSON.parse(readFileSync(join(out, 'summary.json'), 'utf8')));
        return (JSON.parse(said) as { fingerprint: unknown }).fingerprint;
      };
      expect(await print('2')).toEqual(await print('0'));
    },
    RUN_BUDGET,
  );

  it(
    'takes a staleness weighting and a topology of one short file each, from outside the package',
    async () => {
      for (const text of [STALENESS, GRAPH]) expect(text.split('\n').length).toBeLessThanOrEqual(EXTENSION_LINES_MAX);
      const out = join(folder, 'extended');
      await run('npx', '--no-install', 'fadelab', 'run', './extended.ts', '--out', out, '--quiet');
      const mixed = readFileSync(join(out, 'trace.ndjson'), 'utf8')
        .trim()
        .split('\n')
        .map((text) => JSON.parse(text) as { kind: string; actor: string; iteration: number } & Record<string, unknown>)
        .filter(({ kind }) => kind === 'models.mixed');
      // Server 0 mixes with both neighbours and the one across; whoever is past the window weighs a hundredth.
      const last = mixed.findLast(({ actor }) => actor === 'edge-0')!;
      expect(last.servers).toEqual(['edge-0', 'edge-1', 'edge-3', 'edge-5']);
      const psi = (last.staleness as number[]).map((age) => (age <= 3 ? 0.5 : 0.005));
      const total = psi.reduce((sum, each) => sum + each, 0);
      psi.forEach((each, at) => expect((last.weights as number[])[at]).toBeCloseTo(each / total, 12));
    },
    RUN_BUDGET,
  );

  it(
    'sums over the air by a scheduling policy of a stranger’s own, in one file of at most thirty lines',
    async () => {
      expect(LOUDEST.split('\n').length).toBeLessThanOrEqual(30);
      await run('npx', '--no-install', 'fadelab', 'run', './on-air.ts', '--out', join(folder, 'on-air'), '--quiet');
      const lines = readFileSync(join(folder, 'on-air', 'trace.ndjson'), 'utf8')
        .trim()
        .split('\n')
        .slice(1);
      const facts = lines.map(
        (line) => JSON.parse(line) as { kind: string; senders: string[]; probabilities: number[] },
      );
      const sums = facts.filter(({ kind }) => kind === 'aggregate.received');
      expect(sums).toHaveLength(3);
      for (const { senders } of sums) expect(senders.length).toBeLessThanOrEqual(3);
      for (const { probabilities } of facts.filter(({ kind }) => kind === 'uplink.scheduled')) {
        expect(probabilities.reduce((sum, each) => sum + each, 0)).toBeCloseTo(1, 9);
      }
    },
    RUN_BUDGET,
  );

  it(
    'type-checks a stranger’s own scenario, and refuses a wrong one',
    async () => {
      await run(process.execPath, TSC, '-p', '.');
      writeFileSync(join(folder, 'mine.ts'), MINE.replace('rounds: 3', "rounds: 'three'"));
      await expect(run(process.execPath, TSC, '-p', '.')).rejects.toThrow(
        /Type 'string' is not assignable to type 'number/,
      );
    },
    RUN_BUDGET,
  );
});
