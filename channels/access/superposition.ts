import { digest } from '../../src/math/digest.ts';
import { normals } from '../../src/math/distributions.ts';
import { type Source, streams } from '../../src/math/streams.ts';
import { squaredDistance, type Vector } from '../../src/math/sum.ts';
import type { AirBlock, AirSignal, Superposed, Superposition } from '../../src/network/contract.ts';
import { type Normalisation, normalisation } from './normalisation.ts';

/** Where compute threads find `superposeUpdates`. */
export const module = import.meta.url;

/**
 * What the server makes of the updates that it hears at once, on a drawn block: an estimate of Σ ω_k g_k.
 *
 *   s_k = (g_k − M) / √V,   ŷ[i] = Σ_k c_k ((1 − δ_k) s_k[i] + δ_k s_k[i − 1]) + σ / √η n[i],   n ~ N(0, 1)
 *   Σ ω g ≈ √V ŷ + M Σ ω
 *
 * A sender late by δ, through a filter matched to rectangular symbols, leaks that share into the next symbol.
 *
 * @param updates g, at least one, all of one length, [senders][elements], in the order of the block
 * @param noise uniform numbers for the receiver's noise, a stream of its own
 * @param scale M and √V; where √V is 0, all updates are M throughout and arrive without noise
 * @returns [elements]
 *
 * Limits: one real number per symbol, the channel stays for the whole transmission, no quantisation and no clipping of
 * peaks.
 */
export function superpose(
  updates: readonly Vector[],
  { weights, coefficients, delays, noiseDeviation }: AirBlock,
  noise: Source,
  { mean, deviation }: Normalisation = normalisation(updates, weights),
): Float64Array {
  const total = new Float64Array(updates[0]?.length ?? 0);
  total.fill(mean * weights.reduce((sum, weight) => sum + weight, 0));
  if (deviation === 0) return total;
  updates.forEach((model, k) => {
    addSignal(total, { model, coefficient: coefficients[k]!, delay: delays[k]!, fades: [] }, mean);
  });
  addNoise(total, deviation * noiseDeviation, noise);
  return total;
}

/** Adds what one sender contributes. √V cancels: it scales the symbols down and the estimate up. */
function addSignal(total: Float64Array, signal: Omit<AirSignal, 'weight'>, mean: number, base?: Vector): void {
  const { model, coefficient, delay, fades } = signal;
  let [now, late] = [coefficient * (1 - delay), coefficient * delay];
  let next = 0;
  let before = 0;
  for (let i = 0; i < total.length; i += 1) {
    while (next < fades.length && fades[next]!.symbol <= i) {
      const arrives = coefficient * fades[next]!.factor;
      [now, late] = [arrives * (1 - delay), arrives * delay];
      next += 1;
    }
    const symbol = model[i]! - (base === undefined ? 0 : base[i]!) - mean;
    total[i]! += now * symbol + late * before;
    before = symbol;
  }
}

function addNoise(total: Float64Array, deviation: number, noise: Source): void {
  if (deviation === 0) return;
  const draw = normals(noise);
  for (let i = 0; i < total.length; i += 1) total[i]! += deviation * draw();
}

/** Σ weight (model − base), in 64 bits and in the given order. */
function sumOfUpdates(models: readonly Vector[], weights: readonly number[], base: Vector): Float64Array {
  const total = new Float64Array(base.length);
  models.forEach((model, k) => {
    const weight = weights[k]!;
    for (let i = 0; i < total.length; i += 1) total[i]! += weight * (model[i]! - base[i]!);
  });
  return total;
}

/** A superposition as a step: the estimate, and how far it is from what was sent and from what was wanted. */
export async function superposeUpdates(input: Superposition): Promise<Superposed> {
  const { base, senders, target, mean, deviation, restored, noiseDeviation, noise, seed } = input;
  const parameters = new Float64Array(new SharedArrayBuffer(8 * base.length));
  parameters.fill(mean * restored);
  if (deviation > 0) {
    for (const signal of senders) addSignal(parameters, signal, mean, base);
    addNoise(parameters, deviation * noiseDeviation, streams(seed)(noise.stream).at(noise.index));
  }
  const wanted = sumOfUpdates(
    senders.map(({ model }) => model),
    senders.map(({ weight }) => weight),
    base,
  );
  const ideal = sumOfUpdates(
    target.map(({ model }) => model),
    target.map(({ share }) => share),
    base,
  );
  const zero = new Float64Array(base.length);
  const known = target.length > 0 ? 1 : Number.NaN;
  return {
    parameters,
    digest: digest(parameters),
    squaredNorm: squaredDistance(wanted, zero),
    noiseError: squaredDistance(parameters, wanted),
    samplingError: known * squaredDistance(wanted, ideal),
    totalError: known * squaredDistance(parameters, ideal),
    targetSquaredNorm: known * squaredDistance(ideal, zero),
  };
}
