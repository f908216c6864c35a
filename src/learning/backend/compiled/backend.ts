import { assert } from '../../../assert.ts';
import type { Backend, BackendName, Model, Program } from '../../contract.ts';
import type { Engine } from './engine.ts';
import { makeProgram } from './program.ts';

/** A back end whose engine is loaded once in a thread, when the first model is compiled, and each model once. */
export function compiledBackend(name: BackendName, detail: string, load: () => Engine): Backend {
  let engine: Engine | undefined;
  const programs = new Map<string, Promise<Program>>();
  const compile = async (model: Model): Promise<Program> => {
    engine ??= load();
    assert(!model.layersModel, 'a task refuses a tf.LayersModel on kernels');
    return makeProgram(engine, model);
  };
  return {
    name,
    detail,
    compile: (model) => {
      const key = JSON.stringify([model.inputShape, model.layers]);
      const known = programs.get(key) ?? compile(model);
      programs.set(key, known);
      return known;
    },
  };
}
