import type { Parameters } from '../contract.ts';
import { sumOfModels } from '../sums.ts';
import type { MemberUpdate, Slot } from './contract.ts';

/** A sum with its weights: vectors that are missing count as zeros. */
export type Terms = readonly (readonly [weight: number, vector: Parameters | undefined])[];

/** Σ weight · vector, accumulated in 64 bits in the given order, of the vectors' element type. At least one is there. */
export function sumOf(terms: Terms): Parameters {
  const present = terms.flatMap(([weight, vector]) => (vector === undefined ? [] : [{ weight, vector }]));
  return sumOfModels(
    present.map(({ vector }) => vector),
    present.map(({ weight }) => weight),
  );
}

/** Looks slots up by name. */
export function lookUp(memory: readonly Slot[]): (slot: string) => Parameters | undefined {
  const slots = new Map(memory.map(({ slot, parameters }) => [slot, parameters]));
  return (slot) => slots.get(slot);
}

/** w − Σ_A ρ_i g_i = (1 − Σ ρ_i) w + Σ ρ_i w_i, whatever the weights sum to. */
export function stepBy(model: Parameters, updates: readonly MemberUpdate[], weights: readonly number[]): Parameters {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return sumOf([[1 - total, model], ...updates.map(({ parameters }, i) => [weights[i] ?? 0, parameters] as const)]);
}
