/**
 * Training steps per CPU-second of graphs, compiled to one program, against the layers of the same models, which take turns.
 * Compile times are shown apart.
 */
import {
  adamW,
  compile,
  crossEntropy,
  type Floats,
  floats,
  gather,
  integers,
  mlp as network,
  sgd,
  table,
  training,
} from 'fadelab/graph';
import { backendOf, mlp, softmax } from 'fadelab/learning';
import { hasNative } from '../../dist/src/learning/steps.js';
import { realise } from '../../dist/src/part.js';
import { CLASSES, cpuSeconds, DIGIT, type Racer, race, randomSamples, SAMPLES, trainer } from './training.ts';

const PIXELS = DIGIT[0] * DIGIT[1] * DIGIT[2];
/** Of one call: a client's local steps. */
const STEPS = 50;

const WORKS = [
  { model: 'softmax', part: softmax(), sizes: [PIXELS, CLASSES], batch: 20 },
  { model: 'mlp', part: mlp(), sizes: [PIXELS, 200, 200, CLASSES], batch: 20 },
  { model: 'mlp', part: mlp(), sizes: [PIXELS, 200, 200, CLASSES], batch: 64 },
];

/** One row of the table. */
export interface LearnerFigure {
  readonly model: string;
  readonly batch: number;
  readonly backend: string;
  readonly stepsPerSecond: number;
  /** Of the same model as layers; null where there are none. */
  readonly layersStepsPerSecond: number | null;
  readonly compileMilliseconds: number;
  /** Of its memory, and what it would be if nothing shared a place. */
  readonly bytes: number;
  readonly bytesApart: number;
}

/** Small numbers in the tree of specs. */
function numbersFor(specs: unknown): unknown {
  if (Array.isArray(specs)) return specs.map(numbersFor);
  const { shape } = specs as { readonly shape?: readonly number[] };
  if (shape === undefined) {
    return Object.fromEntries(Object.entries(specs as object).map(([name, each]) => [name, numbersFor(each)]));
  }
  const count = shape.reduce((product, each) => product * each, 1);
  return Float32Array.from({ length: count }, (_, k) => 0.05 * Math.sin(k));
}

/** Runs a compiled graph in calls of so many steps. */
const stepper =
  (run: (given: object) => unknown, given: object): Racer =>
  (steps) =>
    cpuSeconds(() => {
      for (let left = steps; left > 0; left -= STEPS) run(given);
    });

function localUpdate(sizes: readonly number[], batch: number) {
  const { parameters, apply } = network(sizes);
  return training({
    ...{ name: 'local-update', parameters, optimiser: sgd({ rate: 0.01 }), steps: STEPS },
    inputs: { images: table(SAMPLES, PIXELS), labels: table(SAMPLES), rows: integers(batch) },
    loss: (p, { inputs: { images, labels, rows } }) =>
      crossEntropy(apply(p, gather(images, rows) as Floats<2>), gather(labels, rows) as never),
  });
}

const names = () => [...(hasNative() ? (['native'] as const) : []), 'wasm' as const];

function timed<T>(work: () => T): readonly [T, number] {
  const began = performance.now();
  const made = work();
  return [made, performance.now() - began];
}

async function besideLayers({ model, part, sizes, batch }: (typeof WORKS)[number]): Promise<LearnerFigure[]> {
  const samples = randomSamples(DIGIT);
  const learner = localUpdate(sizes, batch);
  const given = {
    parameters: numbersFor(learner.signature.parameters),
    inputs: {
      images: samples.features,
      labels: Float32Array.from(samples.labels),
      rows: Int32Array.from({ length: STEPS * batch }, (_, k) => (k * 7919) % SAMPLES),
    },
  };
  const layers = realise(part)({ shape: DIGIT, classes: CLASSES });
  const compiled = names().map((name) => ({ name, timed: timed(() => compile(learner, name)) }));
  const racers = await Promise.all(
    compiled.map(async ({ name, timed: [run] }) => [
      stepper(run, given),
      trainer(await backendOf(name).compile(layers), layers, samples, batch),
    ]),
  );
  const rates = await race(racers.flat());
  return compiled.map(({ name, timed: [run, compileMilliseconds] }, k) => ({
    ...{ model, batch, backend: name, compileMilliseconds },
    ...{ stepsPerSecond: rates[2 * k]!, layersStepsPerSecond: rates[2 * k + 1]! },
    ...{ bytes: 4 * run.size.words, bytesApart: 4 * run.size.wordsApart },
  }));
}

/** A policy 35-64-64-6 on a batch of 256, with AdamW. */
async function policy(): Promise<LearnerFigure[]> {
  const [batch, observed, actions] = [256, 35, 6];
  const { parameters, apply } = network([observed, 64, 64, actions]);
  const learner = training({
    ...{ name: 'policy', parameters, optimiser: adamW({ rate: 1e-3, decay: 0.01 }), steps: STEPS },
    inputs: { x: floats(batch, observed), y: integers(batch) },
    loss: (p, { inputs: { x, y } }) => crossEntropy(apply(p, x), y),
  });
  const size = (learner.signature.state as { readonly m: { readonly shape: readonly number[] } }).m.shape[0]!;
  const given = {
    parameters: numbersFor(learner.signature.parameters),
    state: {
      ...(numbersFor(learner.signature.state) as { m: Float32Array }),
      v: new Float32Array(size),
      power1: 1,
      power2: 1,
    },
    inputs: {
      x: Float32Array.from({ length: STEPS * batch * observed }, (_, k) => Math.sin(k)),
      y: Int32Array.from({ length: STEPS * batch }, (_, k) => k % actions),
    },
  };
  const figures: LearnerFigure[] = [];
  for (const backend of names()) {
    const [run, compileMilliseconds] = timed(() => compile(learner, backend));
    const [stepsPerSecond] = await race([stepper(run, given)]);
    const bytes = { bytes: 4 * run.size.words, bytesApart: 4 * run.size.wordsApart };
    figures.push({
      model: 'policy',
      batch,
      backend,
      layersStepsPerSecond: null,
      compileMilliseconds,
      ...bytes,
      stepsPerSecond: stepsPerSecond!,
    });
  }
  return figures;
}

export async function learnerFigures(): Promise<LearnerFigure[]> {
  const figures: LearnerFigure[] = [];
  for (const work of WORKS) figures.push(...(await besideLayers(work)));
  return [...figures, ...(await policy())];
}

/** The figures as lines of text. */
export function learnerTable(figures: readonly LearnerFigure[]): string[] {
  const titles = ['graph', 'batch', 'back end', 'steps/s', 'as layers', 'ratio', 'compile ms', 'MB', 'apart MB'];
  const rows = figures.map((each) => [
    ...[each.model, String(each.batch), each.backend, Math.round(each.stepsPerSecond).toLocaleString('en')],
    ...(each.layersStepsPerSecond === null
      ? ['–', '–']
      : [
          Math.round(each.layersStepsPerSecond).toLocaleString('en'),
          (each.stepsPerSecond / each.layersStepsPerSecond).toFixed(2),
        ]),
    ...[each.compileMilliseconds.toFixed(1), (each.bytes / 1e6).toFixed(2), (each.bytesApart / 1e6).toFixed(2)],
  ]);
  return [titles, ...rows].map((row) => row.map((cell, k) => (k < 3 ? cell.padEnd(10) : cell.padStart(12))).join(''));
}
