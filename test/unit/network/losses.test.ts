import { describe, expect, it } from 'vitest';
import { fixedRates, noFading, ofdma, radio, tdma } from '../../../channels/index.ts';
import type { Channel, Loss, Sending } from '../../../src/network/contract.ts';
import { realise } from '../../../src/part.ts';
import { dbmToWatts } from '../../../src/units.ts';
import { letter, networkOnKernel } from '../../support/air.ts';

const BITS = 1e6;
const UPLINK = 5e6;
const POWER = 20;

const fixed = (options: Partial<Channel>): Channel => ({
  ...(realise<Channel>(fixedRates({ uplink: UPLINK, clientToCloud: 'relay', clientPower: POWER })) as Channel),
  ...(options as object),
});

/** Loses so many sendings of each transfer. */
const losing = (times: number, attempts: number, seen: Sending[] = []): Loss => ({
  attempts,
  isLost: (sending) => {
    seen.push(sending);
    return sending.attempt <= times;
  },
});

describe('transfers that are lost as a whole', () => {
  it('are sent again in full, and book bits and energy each time', () => {
    const seen: Sending[] = [];
    const { network, at, run, arrived, sent, failed } = networkOnKernel({
      channel: fixed({ loss: losing(2, 9, seen) }),
    });
    at(1, () => void network.send('client-0', 'edge-0', letter('client-0'), BITS));
    run();
    expect(arrived.map((one) => one.at)).toEqual([1.6]);
    expect(sent.map(({ bits, seconds }) => [bits, seconds])).toEqual([[BITS, 0.6]]);
    expect(failed).toEqual([]);
    expect(network.uplinkBits).toBe(3 * BITS);
    expect(network.transmitJoules).toBeCloseTo(0.6 * dbmToWatts(POWER), 12);
    expect(seen.map(({ attempt, seconds }) => [attempt, seconds])).toEqual([
      [1, 0.2],
      [2, 0.2],
      [3, 0.2],
    ]);
    expect(seen[0]).toMatchObject({ client: 'client-0', direction: 'up', bits: BITS, snr: Number.POSITIVE_INFINITY });
  });

  it('fail after the last attempt: the sender hears of it, the receiver does not', () => {
    const { network, at, run, arrived, sent, failed } = networkOnKernel({ channel: fixed({ loss: losing(9, 3) }) });
    at(0, () => void network.send('client-0', 'edge-0', letter('client-0'), BITS));
    run();
    expect([arrived, sent]).toEqual([[], []]);
    expect(failed).toMatchObject([{ from: 'client-0', to: 'edge-0', bits: BITS }]);
    expect(failed[0]!.seconds).toBeCloseTo(0.6, 9);
    expect(network.uplinkBits).toBe(3 * BITS);
  });

  it('are lost on the air only: a relayed transfer is judged once, before its wire', () => {
    const seen: Sending[] = [];
    const { network, at, run, arrived } = networkOnKernel({ channel: fixed({ loss: losing(0, 1, seen) }) });
    at(0, () => void network.send('client-0', 'central', letter('client-0'), BITS));
    run();
    expect([arrived.length, seen.length]).toEqual([1, 1]);
  });

  it('keep their turn in a cell that is served in order of arrival', () => {
    const channel = realise<Channel>(radio({ fading: noFading(), access: tdma({ bandwidth: 1e6 }) }));
    const loss: Loss = { attempts: 5, isLost: ({ client, attempt }) => client === 'client-0' && attempt === 1 };
    const { network, at, run, arrived } = networkOnKernel({ channel: { ...channel, loss } as Channel });
    at(0, () => ['client-0', 'client-1'].forEach((each) => void network.send(each, 'edge-0', letter(each), BITS)));
    run();
    expect(arrived.map(({ from }) => from)).toEqual(['client-0', 'client-1']);
  });

  it('can be taken back between two sendings', () => {
    const { network, at, run, arrived, failed } = networkOnKernel({ channel: fixed({ loss: losing(9, 9) }) });
    at(0, () => {
      const transfer = network.send('client-0', 'edge-0', letter('client-0'), BITS)!;
      at(0.5, () => network.cancel(transfer));
    });
    run();
    expect([arrived, failed]).toEqual([[], []]);
    expect(network.uplinkBits).toBeCloseTo(2.5 * BITS, 6);
  });

  // Goal: the mean number of sendings of a memoryless erasure of probability e is 1 / (1 − e), and draws belong to the
  // client's round, so that they are the same whatever else happens. Tolerance: four standard errors, √e / (1 − e) / √n.
  it('take a geometric number of sendings under a memoryless erasure', () => {
    const e = 0.3;
    const n = 4000;
    const loss: Loss = { attempts: 1000, isLost: (_, draws) => draws() < e };
    const tries = (others: boolean) => {
      const { network, at, run } = networkOnKernel({ channel: fixed({ loss }) });
      for (let round = 1; round <= n; round++) {
        at(round * 50, () => void network.send('client-0', 'edge-0', letter('client-0', round), BITS));
      }
      run();
      const own = network.uplinkBits / BITS;
      if (others) at(n * 50 + 50, () => void network.send('client-1', 'edge-0', letter('client-1', 1), BITS));
      run();
      return own;
    };
    const mean = tries(false) / n;
    expect(Math.abs(mean - 1 / (1 - e))).toBeLessThan((4 * Math.sqrt(e)) / (1 - e) / Math.sqrt(n));
    expect(tries(true)).toBe(tries(false));
  });
});

describe('packets that are repeated while a transfer lasts', () => {
  it('stay on the air for as many bits as the model says, and are on the bill', () => {
    const erasure = { meanTries: 1.5, bitsOnAir: (bits: number) => 1.5 * bits };
    const { network, at, run, arrived, sent } = networkOnKernel({ channel: fixed({ erasure }) });
    at(0, () => void network.send('client-0', 'edge-0', letter('client-0'), BITS));
    run();
    expect(arrived[0]!.at).toBeCloseTo(0.3, 9);
    expect(network.uplinkBits).toBe(1.5 * BITS);
    expect(sent[0]!.bits).toBe(BITS);
    expect(network.uploadSeconds('client-0', 'edge-0', BITS)).toBeCloseTo(0.3, 9);
  });
});

describe('an access scheme', () => {
  const still = (access: object): Channel =>
    ({ ...realise<Channel>(radio({ fading: noFading() })), access: { ...realise(ofdma()), ...access } }) as Channel;
  const upload = (channel: Channel) => {
    const { network, at, run, arrived } = networkOnKernel({ channel });
    at(0, () => ['client-0', 'client-1'].forEach((each) => void network.send(each, 'edge-0', letter(each), BITS)));
    run();
    return { ends: new Map(arrived.map(({ from, at: end }) => [from, end])), joules: network.transmitJoules };
  };

  it('loses to collisions what its grants say', () => {
    const grants = (success: number) => ({
      grant: (demands: readonly unknown[]) => demands.map(() => ({ bandwidth: 1e6, airtime: 1, success })),
    });
    const clear = upload(still(grants(1)));
    const half = upload(still(grants(0.5)));
    expect(half.ends.get('client-0')).toBeCloseTo(2 * clear.ends.get('client-0')!, 8);
    expect(half.joules).toBeCloseTo(2 * clear.joules, 8);
  });

  it('may leave a fading block to one alone, who is the only one to spend power', () => {
    const grant = (demands: readonly unknown[]) => demands.map(() => ({ bandwidth: 1e6, airtime: 1 / demands.length }));
    const together = upload(still({ grant }));
    const lone = upload(still({ grant, pick: (gains: readonly number[]) => gains.length - 1 }));
    // The second goes first, then the first: the last bit of both is through when it is in turns.
    expect(lone.ends.get('client-1')!).toBeLessThan(lone.ends.get('client-0')!);
    expect(Math.max(...lone.ends.values())).toBeCloseTo(Math.max(...together.ends.values()), 8);
    expect(lone.joules).toBeCloseTo(together.joules, 8);
  });
});
