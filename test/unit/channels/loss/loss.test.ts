import { expect, test } from 'vitest';
import { rayleigh } from '../../../../channels/fading/rayleigh.ts';
import { fixedRates } from '../../../../channels/fixed-rates.ts';
import { noLoss } from '../../../../channels/loss/none.ts';
import { transferErasure } from '../../../../channels/loss/transfer-erasure.ts';
import { transferOutage } from '../../../../channels/loss/transfer-outage.ts';
import { radio } from '../../../../channels/radio.ts';
import { streams } from '../../../../src/math/streams.ts';
import type { Channel, Sending } from '../../../../src/network/contract.ts';
import { realise } from '../../../../src/part.ts';
import { dbToLinear } from '../../../../src/units.ts';

const SENDINGS = 50_000;
const SIGMAS = 5;
const draws = streams(18)('client-0/loss');
const sending = (snr: number): Sending => ({
  ...{ client: 'client-0', direction: 'up', attempt: 1, bits: 1e6, seconds: 1 },
  ...{ snr, meanSnr: 10 },
});
const indices = Array.from({ length: SENDINGS }, (_, index) => index);

/** Expects that so many sendings of all are lost. */
function expectShare(isLost: (index: number) => boolean, probability: number): void {
  const share = indices.filter(isLost).length / SENDINGS;
  expect(Math.abs(share - probability)).toBeLessThan(SIGMAS * Math.sqrt((probability * (1 - probability)) / SENDINGS));
}

test('erased transfers are lost with their probability, whatever the SNR', () => {
  const { isLost, attempts } = realise(transferErasure({ probability: 0.3, attempts: 4 }));
  expect(attempts).toBe(4);
  expectShare((index) => isLost(sending(index), draws.at(index)), 0.3);
});

test('a transfer in outage is lost below its threshold: over Rayleigh fading with probability 1 − e^(−γ₀/γ)', () => {
  const { isLost } = realise(transferOutage({ thresholdDb: 3 }));
  const { gain } = realise(rayleigh());
  const threshold = dbToLinear(3);
  expect(isLost(sending(threshold * 0.999), draws.at(0))).toBe(true);
  expect(isLost(sending(threshold), draws.at(0))).toBe(false);
  expectShare((index) => isLost(sending(10 * gain(draws, index)), draws.at(index)), 1 - Math.exp(-threshold / 10));
});

test('channels lose nothing unless told, and take models of loss and erasure', () => {
  for (const build of [radio, fixedRates]) {
    const channel = realise<Channel>(build());
    // A channel that loses nothing may go without a model.
    expect(channel.loss?.isLost(sending(0), draws.at(0)) ?? false).toBe(false);
    expect(channel.erasure?.bitsOnAir(77, draws.at(0)) ?? 77).toBe(77);
    expect(realise<Channel>(build({ loss: transferErasure() })).loss?.attempts).toBe(1000);
  }
  expect(realise(noLoss()).attempts).toBe(1);
  expect(radio.schema.safeParse({ loss: transferErasure({ probability: 2 }) }).success).toBe(false);
});
