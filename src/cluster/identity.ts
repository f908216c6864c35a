import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { digests, type OwnFiles } from '../lab/own-files.ts';
import type { BackendName } from '../learning/contract.ts';
import { hasNative, nativeFile } from '../learning/steps.ts';
import { version } from '../version.ts';

/** What must be the same on two machines for a run to have the same bytes on both. */
export interface Identity {
  readonly fadelab: string;
  readonly node: string;
  readonly processor: string;
  readonly backend: BackendName;
  /** Digest of the kernels that were built here, where they train. */
  readonly kernels?: string;
  readonly files: OwnFiles;
}

const PACKAGE = fileURLToPath(new URL('../../', import.meta.url));

export const identityHere = (backend: BackendName, files: OwnFiles): Identity => ({
  fadelab: `${version} (${packageDigest()})`,
  ...{ node: process.version, processor: process.arch, backend },
  ...(backend === 'native' ? { kernels: hasNative() ? digestOf([nativeFile()]) : 'none' } : {}),
  files,
});

/** What this machine has otherwise than a study asks, one thing a line; nothing where it can take part. */
export function differences(asked: Identity): string[] {
  const here = identityHere(asked.backend, digests(Object.keys(asked.files)));
  const differing = (name: string, mine: string | undefined, theirs: string | undefined): string[] =>
    mine === theirs ? [] : [`${name}: ${mine} here, ${theirs} asked for`];
  return [
    ...differing('fadelab', here.fadelab, asked.fadelab),
    ...differing('Node', here.node, asked.node),
    ...differing('processor', here.processor, asked.processor),
    ...(here.kernels === asked.kernels
      ? []
      : ['native kernels: others than asked for; --backend wasm has the same bits everywhere']),
    ...Object.entries(asked.files)
      .filter(([path, digest]) => here.files[path] !== digest)
      .map(([path]) => `${path}: ${here.files[path] === 'missing' ? 'missing here' : 'another content here'}`),
  ];
}

const FOLDERS = ['src', 'actors', 'channels', 'scenarios'];
let known: string | undefined;

/** Two checkouts of one version may differ. */
function packageDigest(): string {
  const filesOf = (folder: string) =>
    readdirSync(join(PACKAGE, folder), { recursive: true, withFileTypes: true })
      .filter((each) => each.isFile() && each.name.endsWith('.js'))
      .map((each) => join(each.parentPath, each.name));
  known ??= digestOf(FOLDERS.flatMap(filesOf).sort());
  return known;
}

function digestOf(paths: readonly string[]): string {
  const hash = createHash('sha256');
  for (const path of paths) hash.update(readFileSync(path));
  return hash.digest('hex').slice(0, 12);
}
