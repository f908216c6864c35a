import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { ScenarioError } from '../../errors.ts';
import type { Backend, Model, Program } from '../contract.ts';
import type { Toolkit } from './layer-program.ts';
import { layersModelProgram } from './layers-model.ts';
import { flaggedProducts, plainProducts, type TensorFlow } from './matrix.ts';
import { makeProgram } from './program.ts';

/** TensorFlow.js as it runs in this thread. */
interface Runtime extends Toolkit {
  readonly detail: string;
}

/** The native package, where it is installed; a variable, since it need not be there when this is compiled. */
const NATIVE_PACKAGE: string = '@tensorflow/tfjs-node';

async function loadNative(): Promise<Runtime | undefined> {
  try {
    const tf = (await import(NATIVE_PACKAGE)) as TensorFlow;
    await tf.ready();
    tf.enableProdMode();
    return { tf, products: flaggedProducts(tf), copies: false, detail: 'tfjs-node' };
  } catch {
    return undefined; // Not installed, or its library doesn't load here: the portable back ends do the same.
  }
}

/**
 * Takes back the listeners with which the wasm loader rethrows every fatal error of the whole program: they change how
 * an error of somebody else's is reported, and do nothing for us.
 */
function removeRethrowers(): void {
  for (const fatal of ['uncaughtException', 'unhandledRejection'] as const) {
    for (const listener of globalThis.process.listeners(fatal as 'uncaughtException')) {
      const isRethrower = /^function \((ex|reason)\) \{[^;]*throw \1;[^;]*\}$/.test(String(listener));
      if (isRethrower) globalThis.process.removeListener(fatal, listener);
    }
  }
}

async function loadWasm(tf: TensorFlow): Promise<Runtime | undefined> {
  const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm');
  const home = dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm/package.json'));
  setWasmPaths(join(home, 'dist', '/'));
  const isReady = await tf.setBackend('wasm');
  removeRethrowers();
  if (!isReady) return undefined;
  return { tf, products: plainProducts(tf), copies: true, detail: 'tfjs wasm, 1 thread' };
}

async function loadPlain(tf: TensorFlow): Promise<Runtime | undefined> {
  await import('@tensorflow/tfjs-backend-cpu');
  if (!(await tf.setBackend('cpu'))) return undefined;
  return { tf, products: flaggedProducts(tf), copies: false, detail: 'tfjs cpu' };
}

async function load(): Promise<Runtime> {
  const native = await loadNative();
  if (native) return native;
  const tf = await import('@tensorflow/tfjs-core');
  tf.enableProdMode(); // Drops the advice that TensorFlow.js prints when it starts in Node.
  const runtime = (await loadWasm(tf)) ?? (await loadPlain(tf));
  if (runtime) return runtime;
  throw new ScenarioError({
    what: 'missing TensorFlow.js back end',
    where: 'backend',
    remedy: 'run `npm ci` again',
    code: 'BACKEND_UNAVAILABLE',
  });
}

/** One runtime and one program of each model per thread; both hold no state of a run. */
let runtime: Promise<Runtime> | undefined;
const programs = new Map<string, Promise<Program>>();
let detail = 'tfjs, not loaded';

async function compile(model: Model): Promise<Program> {
  runtime ??= load();
  const toolkit = await runtime;
  detail = toolkit.detail;
  if (!model.layersModel) return makeProgram(toolkit, model);
  // The wasm back end of TensorFlow.js lacks gradients of some layers; the plain one has them all.
  if (toolkit.copies) await import('@tensorflow/tfjs-backend-cpu');
  return layersModelProgram(toolkit.tf, toolkit.copies ? 'cpu' : toolkit.tf.getBackend(), model);
}

/**
 * TensorFlow.js: on `@tensorflow/tfjs-node` where that is installed, else on its wasm back end in one thread, else on
 * its plain one. It is loaded when the first model is compiled. On one of them, the same job gives the same bits in
 * every run and thread; between them, results agree to rounding.
 */
export const tensorflow: Backend = {
  name: 'tensorflow',
  get detail() {
    return detail;
  },
  compile: (model) => {
    const key = JSON.stringify([model.inputShape, model.layers, model.layersModel]);
    const known = programs.get(key) ?? compile(model);
    programs.set(key, known);
    return known;
  },
};
