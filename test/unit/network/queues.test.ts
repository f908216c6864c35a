import { describe, expect, it } from 'vitest';
import { noFading, radio, tdma } from '../../../channels/index.ts';
import { exponential } from '../../../src/math/distributions.ts';
import { streams } from '../../../src/math/streams.ts';
import type { Channel } from '../../../src/network/contract.ts';
import { realise } from '../../../src/part.ts';
import { letter, networkOnKernel } from '../../support/air.ts';

const ARRIVALS = 80_000;
/** Customers whose wait still shows that the queue began empty. */
const WARM_UP = 4_000;
const BATCHES = 40;
/** Two-sided quantile of Student's t with 39 degrees of freedom, for an error once in 10,000 runs. */
const QUANTILE = 4.32;
const LOAD = 0.7;
const MEAN_BITS = 1e6;

/**
 * Mean time in a queue made of uploads through the network's public calls, with its standard error by batch means: a
 * Poisson stream of transfers in one TDMA cell (first come, first served) without fading. Time in units of the mean
 * service.
 */
function sojourn(bitsOf: (customer: number) => number) {
  const channel = realise<Channel>(radio({ fading: noFading(), access: tdma({ bandwidth: 1e6 }), bandwidth: 1e6 }));
  const { network, at, run, sent } = networkOnKernel({ channel });
  const service = network.uploadSeconds('client-0', 'edge-0', MEAN_BITS);
  const luck = streams(3)('arrivals');
  let customer = 0;
  const arrive = (from: number) => {
    network.send('client-0', 'edge-0', letter('client-0', customer), bitsOf(customer));
    if (++customer < ARRIVALS) {
      const next = from + exponential(luck.at(customer), service / LOAD);
      at(next, () => arrive(next));
    }
  };
  at(0, () => arrive(0));
  run();
  const steady = sent.slice(WARM_UP);
  const length = Math.floor(steady.length / BATCHES);
  const means = Array.from({ length: BATCHES }, (_, batch) => {
    const part = steady.slice(batch * length, (batch + 1) * length);
    return part.reduce((sum, { seconds }) => sum + seconds, 0) / length / service;
  });
  const mean = means.reduce((sum, each) => sum + each, 0) / BATCHES;
  const variance = means.reduce((sum, each) => sum + (each - mean) ** 2, 0) / (BATCHES - 1);
  return { mean, slack: QUANTILE * Math.sqrt(variance / BATCHES), count: sent.length };
}

// Goal: transfers queue as theory says. Method: batch means, so that the tolerance comes from the sample itself.
describe('uploads that queue for a TDMA cell', () => {
  it('wait as in M/M/1: T = 1 / (μ − λ)', () => {
    const sizes = streams(4)('sizes');
    const { mean, slack, count } = sojourn((customer) => exponential(sizes.at(customer), MEAN_BITS));
    expect(count).toBe(ARRIVALS);
    expect(slack).toBeLessThan(0.4);
    expect(Math.abs(mean - 1 / (1 - LOAD))).toBeLessThan(slack);
  });

  it('wait as in M/D/1: T = 1 + ρ / (2 (1 − ρ)) services', () => {
    const { mean, slack, count } = sojourn(() => MEAN_BITS);
    expect(count).toBe(ARRIVALS);
    expect(slack).toBeLessThan(0.2);
    expect(Math.abs(mean - (1 + LOAD / (2 * (1 - LOAD))))).toBeLessThan(slack);
  });
});
