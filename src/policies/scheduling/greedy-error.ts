import { z } from 'zod';
import { square } from '../../math/power.ts';
import { part } from '../../part.ts';
import type { SchedulingPolicy } from '../policy.ts';
import { normsOf, symbolEnergy } from '../sampling/importance.ts';
import { sharesOf } from '../sampling/sample.ts';
import { descending } from './order.ts';

/**
 * Adds clients in decreasing |h_i| / ρ_i for as long as the error of the sum falls, weighed by their samples:
 *
 *   error(S) = Σ_i (ω_i − ρ_i)² ‖g_i‖² + D V_g max_{i ∈ S} ω_i² σ² / (P |h_i|²),   ω_i = ρ_i / Σ_S ρ for i ∈ S, else 0
 *
 * Limits: biased; gradients are taken to be orthogonal, since only their norms are known.
 * Source: a choice of the PO-FL dossier (Greedy MSE).
 */
export const greedyError = part('schedule', 'greedy-error', z.strictObject({}), (): SchedulingPolicy => {
  return (view) => {
    const shares = sharesOf(view.idle);
    const energy = symbolEnergy(view);
    const squares = normsOf(view.idle).map((norm, i) => square((shares[i] as number) * norm));
    const all = squares.reduce((sum, each) => sum + each, 0);
    const ranked = view.idle
      .map((each, i) => ({ each, share: shares[i] as number, squared: squares[i] as number }))
      .toSorted(descending(({ each, share }) => Math.sqrt(each.symbolSnr) / share));
    let [error, taken] = [Number.POSITIVE_INFINITY, 0];
    let [inside, total, weakest] = [0, 0, 0];
    for (const { each, share, squared } of ranked) {
      inside += squared;
      total += share;
      weakest = Math.max(weakest, square(share) / each.symbolSnr);
      const bias = square(1 / total - 1) * inside + (all - inside);
      const next = bias + (energy * weakest) / square(total);
      if (next >= error) break;
      error = next;
      taken += 1;
    }
    return { invite: ranked.slice(0, taken).map(({ each }) => each) };
  };
});
