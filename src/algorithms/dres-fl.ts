import { z } from 'zod';
import { sharingCost } from '../coding/complexity.ts';
import { MERSENNE_EXPONENTS } from '../coding/field.ts';
import { gradientDegree, type PolynomialNetwork } from '../coding/polynomial-network.ts';
import { ScenarioError } from '../errors.ts';
import type { Model, Task } from '../learning/contract.ts';
import {
  codedGradient,
  module,
  rowsOfRound,
  type SharingOptions,
  shareRows,
} from '../learning/server/secret-shares.ts';
import { square } from '../math/power.ts';
import { sizeOf } from '../math/shape.ts';
import { part, realise } from '../part.ts';
import { uniform } from '../policies/aggregation/uniform.ts';
import type { Algorithm, Fitting, SetUp } from '../policies/algorithm.ts';
import { quorum } from '../policies/pacing/quorum.ts';
import { waitForAll } from '../policies/pacing/wait-for-all.ts';

const WORD_BITS = 32;

const options = z.strictObject({
  shards: z.int().min(1).max(1000).default(1).describe('K, shards of each client’s rows'),
  privacy: z.int().min(1).max(1000).default(1).describe('T, so many colluding clients learn nothing'),
  mode: z
    .enum(['ideal', 'exact'])
    .default('ideal')
    .describe(
      'gradients of the raw rows in floats, by the same rounds and rules; or arithmetic in the field throughout',
    ),
  field: z
    .literal(MERSENNE_EXPONENTS)
    .default(521)
    .describe('e of the field’s order 2^e − 1: size of every number on the air; 31 is fast where it suffices'),
  featureBits: z.int().min(0).max(24).default(4).describe('l_x, bits behind the point of features'),
  parameterBits: z.int().min(0).max(20).default(12).describe('l_w, bits behind the point of parameters'),
  fieldCost: z
    .number()
    .positive()
    .optional()
    .describe('work of a product in the field, by that of one of floats; words of 32 bit squared by default'),
  shareWithin: z
    .number()
    .positive()
    .optional()
    .describe('clients that have not shared their data by then are left out, s; in exact mode'),
});

type Options = z.output<typeof options>;

/**
 * DReS-FL: every client hands every other a secret share of its data before the first round, and from then on computes on
 * a share of everyone's. The gradient is a polynomial of the data, so the server decodes that of the round's rows of all
 * clients from any R results, whoever dropped out: neither non-IID data nor dropouts bias it.
 *
 *   u_i(β_k) = X̄_k^(i), k ≤ K, masks at the T other β;   share of client j: u_i(α_j);   R = deg(g) (K + T − 1) + 1
 *
 * Its parts: quantised rows and Lagrange shares (`shareRows`), an exchange of them before round 1, gradients of a network
 * of squares on shares (`codedGradient`), a quorum of R, decoding and a randomly rounded step (`decode`); clients that are
 * late are released. A round with fewer than R results leaves the model as it was.
 *
 * The task is `classify` with a network of dense layers, squares between them, and the mean squared error; its batch size is
 * b, its rate η. Time, energy and bits are charged for the field in both modes. The server passes on shares that are sealed
 * for their receivers, as the paper's clients send them directly: with all of them open it could read the data.
 *
 * Limits: T-privacy against clients only; what the server learns is more than the sum of gradients. Nothing corrects wrong
 * results. `exact` wraps around where the field is too small (`requiredBits` bounds it).
 * Source: Shao, Sun, Li, Zhang, DReS-FL, NeurIPS 2022; fixed-point scales, the ideal mode and signed rows reconstructed.
 */
export const dresFl = part('algorithm', 'dres-fl', options, (checked): Algorithm => {
  if (checked.mode === 'ideal' && checked.shareWithin !== undefined) {
    throw refused('unsupported shareWithin in the ideal mode', 'algorithm.shareWithin', 'pass mode "exact"');
  }
  return {
    ...{ name: 'dres-fl', architecture: 'central', localSteps: 1, localStepsMax: 1, edgeRounds: 1, exchanges: 0 },
    ...{ pacing: realise(waitForAll()), aggregation: realise(uniform()), mixing: undefined, late: 'release' },
    fit: (task, run) => fitted(checked, task, run),
  };
});

function fitted(checked: Options, task: Task, { clients, seed }: Fitting): Algorithm {
  const { shards, privacy, mode, field } = checked;
  const network = networkOf(task);
  const stack = task.sampleCounts.map((samples) => Math.floor(samples / shards));
  const cost = (rows: number) =>
    sharingCost({
      ...{ clients: clients.length, shards, privacy, rows: rows - (rows % shards), parameters: task.parameterCount },
      ...{ rowLength: rowLength(network), degree: gradientDegree(network), fieldBits: field },
    });
  const { threshold, uploadBits } = cost(shards);
  if (threshold > clients.length) {
    throw refused(
      `infeasible dres-fl: R = ${threshold} results for ${clients.length} clients`,
      'algorithm',
      'pass more clients, fewer shards, less privacy or a network with fewer hidden layers',
    );
  }
  const batch = Math.min(
    task.batchSize,
    stack.reduce((sum, each) => sum + each, 0),
  );
  const sharing: SharingOptions = {
    ...{ network, exponent: field, shards, privacy, clients: clients.length, batch },
    ...{ featureBits: checked.featureBits, parameterBits: checked.parameterBits },
  };
  const fieldCost = checked.fieldCost ?? square(Math.ceil(field / WORD_BITS));
  const setUp: SetUp = {
    ...{ module, step: mode === 'exact' ? shareRows.name : undefined, name: 'share', options: sharing, exchange: true },
    ...(checked.shareWithin === undefined ? {} : { closeAfter: checked.shareWithin }),
    bits: (_row, samples) => cost(samples).shareBits,
    macs: (_row, samples) => cost(samples).encodingProducts * fieldCost,
  };
  return {
    ...{ name: 'dres-fl', architecture: 'central', localSteps: 1, localStepsMax: 1, edgeRounds: 1, exchanges: 0 },
    ...{ pacing: realise(quorum({ updates: threshold })), aggregation: realise(uniform()), mixing: undefined },
    ...{ late: 'release', setUp },
    local: {
      ...{ work: () => fieldCost, bits: uploadBits },
      step: ({ memory: shares, parameters, round }) =>
        mode === 'ideal'
          ? undefined
          : { module, name: codedGradient.name, input: { shares, parameters, seed, round, options: sharing } },
    },
    server: {
      ...{ module, name: 'decode', options: sharing },
      inRound: ({ round, parameters }) =>
        mode === 'exact'
          ? {}
          : { pooled: task.pooledGradient?.({ ...poolOf(stack, shards, { seed, round, batch }), parameters }) },
    },
  };
}

/** The raw rows behind a round's coded ones: row r of each of the K shards. */
function poolOf(stack: readonly number[], shards: number, draw: Parameters<typeof rowsOfRound>[1]) {
  const chosen = rowsOfRound(stack, draw).flatMap(({ client, row }) =>
    Array.from({ length: shards }, (_, k) => ({ client, row: k * (stack[client] as number) + row })),
  );
  return {
    clients: Uint32Array.from(chosen, ({ client }) => client),
    rows: Uint32Array.from(chosen, ({ row }) => row),
  };
}

/** The widths of a task's network, where it is a polynomial. */
function networkOf({ name, network, pooledGradient }: Task): PolynomialNetwork {
  const widths = network && widthsOf(network.model);
  if (widths === undefined || pooledGradient === undefined) {
    throw refused(
      `unsupported task "${name}" for dres-fl: its gradient is no polynomial of the data`,
      'task.model',
      'pass classify with softmax() or mlp({ activation: "square" })',
    );
  }
  if (network?.objective.loss === 'meanSquaredError') return { widths };
  throw refused('unsupported loss for dres-fl', 'task.loss', 'pass "meanSquaredError"');
}

function widthsOf({ inputShape, layers }: Model): number[] | undefined {
  const dense = layers.flatMap((layer) => (layer.layer === 'dense' ? [layer] : []));
  const isPolynomial = dense.every(({ activation = 'linear' }, at) =>
    at === dense.length - 1 ? activation === 'linear' : activation === 'square',
  );
  const isDense = layers.every(({ layer }) => layer === 'dense' || layer === 'flatten') && dense.length > 0;
  return isDense && isPolynomial ? [sizeOf(inputShape), ...dense.map(({ units }) => units)] : undefined;
}

const rowLength = ({ widths }: PolynomialNetwork): number => (widths[0] as number) + (widths.at(-1) as number);

const refused = (what: string, where: string, remedy: string): ScenarioError =>
  new ScenarioError({ what, where, remedy, code: 'OPTION_INVALID' });
