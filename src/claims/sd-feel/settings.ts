import type { Setting } from '../claim.ts';

/** How long runs are, and how finely they are scored. */
export interface Form {
  /** Local steps of a synchronous run. */
  readonly steps: number;
  /** Virtual time of an asynchronous run whose mean loss counts, in local steps of the fastest client. */
  readonly units: number;
  readonly testPerClass: number;
  /** Local steps between two scores of a synchronous run. */
  readonly scoreEvery: number;
}

/** As the dossier has it: means over 600 iterations, and over 1600 units. */
export const FULL: Form = { steps: 600, units: 1600, testPerClass: 200, scoreEvery: 5 };
/** Half as long: far enough beyond the first 100 iterations, before which orders say nothing. */
export const FAST: Form = { steps: 300, units: 800, testPerClass: 100, scoreEvery: 10 };

export type Clusters = 'random' | 'sorted';

export interface Synchronous {
  readonly scheme?: 'sd-feel' | 'hier-favg' | 'fed-avg' | 'feel';
  readonly graph?: 'ring' | 'k-regular' | 'complete' | 'star';
  readonly clusters?: Clusters;
  /** τ₁. */
  readonly localSteps?: number;
  /** τ₂. */
  readonly edgeRounds?: number;
  /** α. */
  readonly exchanges?: number;
  readonly links?: 'hier-like' | 'relay';
  readonly steps?: number;
  /** Only the last model is scored. */
  readonly lastOnly?: boolean;
  /** Further options. */
  readonly also?: Setting['set'];
}

/** The studies have `hier-like` links of their own. */
export const RELAY = { links: 'relay' };
const sorted = (clusters: Clusters) => (clusters === 'sorted' ? 'Sorted' : '');

/** Only what a scheme depends on is set, so that equal runs are equal settings. */
function scheme({ scheme: name = 'sd-feel', graph = 'ring', ...given }: Synchronous) {
  const { localSteps = 5, edgeRounds = 5, exchanges = 1 } = given;
  const hasPeriods = name === 'sd-feel' || name === 'hier-favg';
  return {
    algorithm: name,
    'algorithm.localSteps': localSteps,
    ...(hasPeriods ? { 'algorithm.edgeRounds': edgeRounds } : {}),
    ...(name === 'sd-feel' ? { 'algorithm.exchanges': exchanges, 'topology.graph': graph } : {}),
  };
}

/** A run of equal clients that wait for each other, in seconds of the papers' MNIST network. */
export function synchronous(form: Form, options: Synchronous): Setting {
  const { localSteps = 5, steps = form.steps, lastOnly = false, links = 'hier-like', also = {} } = options;
  const rounds = steps / localSteps;
  return {
    scenario: `inSeconds${options.scheme === 'fed-avg' ? '' : sorted(options.clusters ?? 'random')}`,
    set: {
      ...scheme(options),
      ...(links === 'relay' ? RELAY : {}),
      'task.dataset.testPerClass': form.testPerClass,
      'until.rounds': rounds,
      'evaluate.everyRounds': lastOnly ? rounds : Math.max(1, Math.floor(form.scoreEvery / localSteps)),
      ...also,
    },
  };
}

/** The same without learning: what matters is the clock. */
export const timing = (form: Form, options: Synchronous): Setting => ({
  scenario: 'inSeconds',
  set: {
    task: 'timing-only',
    ...scheme(options),
    ...(options.links === 'relay' ? RELAY : {}),
    'until.rounds': (options.steps ?? form.steps) / (options.localSteps ?? 5),
    ...options.also,
  },
  once: true,
});

export interface Unequal {
  /** H, clock of the fastest client over that of the slowest. */
  readonly gap: number;
  readonly clusters?: Clusters;
  readonly placement?: 'random' | 'byCluster';
  /** ψ; undefined where servers wait for each other. */
  readonly staleness?: 'constant' | 'inverse' | 'exponential';
  readonly ownGap?: 'age' | 'reset';
  readonly normalised?: boolean;
  /** θ_min. */
  readonly minimumSteps?: number;
  readonly learningRate?: number;
  readonly units?: number;
}

/** A run of unequal clients in units of the fastest client's local step; synchronous ones have τ₁ = 5, τ₂ = 1, α = 1. */
export function unequal(form: Form, { gap, clusters = 'random', placement = 'random', ...given }: Unequal): Setting {
  const {
    staleness,
    ownGap = 'age',
    normalised = true,
    minimumSteps = 5,
    learningRate = 0.3,
    units = form.units,
  } = given;
  const algorithm =
    staleness === undefined
      ? { algorithm: 'sd-feel', 'algorithm.localSteps': 5 }
      : {
          'algorithm.staleness': staleness,
          ...(staleness === 'exponential' ? { 'algorithm.staleness.rate': 1 } : {}),
          ...(ownGap === 'reset' ? { 'algorithm.ownGap': ownGap } : {}),
          'algorithm.normalised': String(normalised),
          'algorithm.minimumSteps': minimumSteps,
        };
  return {
    scenario: `inUnits${sorted(clusters)}`,
    set: {
      ...algorithm,
      'devices.clock.gap': gap,
      'devices.clock.placement': placement,
      'task.optimizer.learningRate': learningRate,
      'task.dataset.testPerClass': form.testPerClass,
      'until.time': units,
    },
  };
}
