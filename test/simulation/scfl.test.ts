/**
 * Goal: coded federated learning runs as a system: clients upload their code before the first round, and what the server
 * does with it is what the formulas say. Method: a small regression on Gaussian classes, its trace, and a server's model
 * worked out from the task's own rows.
 */
import { describe, expect, it } from 'vitest';
import { fixedRates, retransmission } from '../../channels/index.ts';
import { fedAvg, scfl } from '../../src/algorithms/index.ts';
import { arrivalProbability } from '../../src/coding/arrival-probability.ts';
import { geometric, markovOnOff } from '../../src/devices/index.ts';
import { classify } from '../../src/learning/index.ts';
import { contract, equalNoise, everyone, rewardPool } from '../../src/policies/index.ts';
import { simulate } from '../../src/scenario/simulate.ts';
import { CLIENTS, codedStudy, FEATURES, ROWS } from '../support/coded-study.ts';
import { factsOf } from '../support/study.ts';

describe('coded federated learning', () => {
  it('has every client upload its code before the first round, on the air and at its size', async () => {
    const { trace, summary } = await simulate(codedStudy());
    const facts = factsOf(trace);
    const of = (kind: string) => facts.filter((each) => each.kind === kind);
    const codes = of('setup.received');
    expect(codes.map(({ from }) => from).sort()).toEqual(Array.from({ length: CLIENTS }, (_, i) => `client-${i}`));
    const first = of('cohort.scheduled')[0];
    for (const { at } of codes) expect(at).toBeLessThanOrEqual(first?.at as number);
    const bits = ROWS * (FEATURES + 10) * 32;
    const sent = of('upload.finished').filter(({ round }) => round === 0);
    expect(sent.map((each) => each.bits)).toEqual(new Array<number>(CLIENTS).fill(bits));
    // Encoding costs nothing unless it is charged: then the slowest client is the last to have its code.
    for (const { at } of of('setup.prepared')) expect(at).toBe(0);
    const charged = await simulate(
      codedStudy({ algorithm: scfl({ codedRows: ROWS, codedBatch: ROWS, chargeEncoding: true }) }),
    );
    const prepared = factsOf(charged.trace).filter(({ kind }) => kind === 'setup.prepared');
    expect(prepared.at(-1)?.actor).toBe(`client-${CLIENTS - 1}`);
    expect(summary.rounds).toBe(20);
    expect(summary.uplinkBits).toBeGreaterThan(CLIENTS * bits);
  });

  it('is the same to the last byte again, and its code is private luck that algorithms share', async () => {
    const [once, again] = [await simulate(codedStudy()), await simulate(codedStudy())];
    expect(again.summary.fingerprint).toEqual(once.summary.fingerprint);
    const codes = ({ trace }: typeof once) =>
      factsOf(trace).flatMap(({ kind, actor, model }) => (kind === 'setup.prepared' ? [[actor, model]] : []));
    const other = await simulate(
      codedStudy({ algorithm: scfl({ codedRows: ROWS, codedBatch: ROWS, rule: 'complementary' }) }),
    );
    expect(codes(other)).toEqual(codes(once));
    const noisy = await simulate(
      codedStudy({ algorithm: scfl({ codedRows: ROWS, codedBatch: ROWS, privacy: equalNoise({ deviation: 0.1 }) }) }),
    );
    expect(codes(noisy)).not.toEqual(codes(once));
  });

  it('takes clients that never meet the deadline into account, where FedAvg with a deadline can’t', async () => {
    const coded = await simulate(
      codedStudy({ algorithm: scfl({ codedRows: 400, codedBatch: 400 }), until: { rounds: 80 } }),
    );
    const dropping = await simulate(codedStudy({ algorithm: fedAvg({ localSteps: 1 }), until: { rounds: 80 } }));
    expect(coded.summary.loss.final).toBeLessThan(dropping.summary.loss.final as number);
  });

  it('has its clients in time as often as it reckons with, since those that are late begin anew', async () => {
    const [rounds, lost, attempt] = [200, 0.3, (FEATURES * 10 * 32) / 1e5];
    const { trace } = await simulate(
      codedStudy({
        channel: fixedRates({ uplink: 1e5, clientToCloud: 1e5, erasure: retransmission({ probability: lost }) }),
        schedule: everyone({ closeAfter: 0.13 }),
        until: { rounds },
        evaluate: { everyRounds: rounds },
      }),
    );
    const received = factsOf(trace).filter(({ kind }) => kind === 'update.received');
    for (let client = 0; client < CLIENTS; client += 1) {
      const before = (10 * 2 * FEATURES * 10) / (1e5 * 0.3 ** client);
      const expected = arrivalProbability(0.13, { before, attempt, probability: lost });
      const share = received.filter(({ from }) => from === `client-${client}`).length / rounds;
      const standardError = Math.sqrt((expected * (1 - expected)) / rounds);
      expect(Math.abs(share - expected)).toBeLessThanOrEqual(4 * standardError);
    }
  });

  it('loses sight of no attempt: each client of a round is in time or released, and its bits are whole tries', async () => {
    const size = FEATURES * 10 * 32;
    const { trace } = await simulate(codedStudy());
    const facts = factsOf(trace);
    for (const { kind, round, bits, seconds } of facts) {
      if (kind !== 'upload.finished' || round === 0) continue;
      expect(bits).toBe(size);
      const tries = (seconds as number) / (size / 1e5);
      expect(tries).toBeCloseTo(Math.round(tries), 6);
    }
    // After the last round nobody is released.
    for (let round = 1; round < 20; round += 1) {
      const of = (kind: string) => facts.filter((each) => each.kind === kind && each.round === round);
      const invited = of('cohort.scheduled')[0]?.cohort as string[];
      const inTime = of('update.received').map(({ from }) => from);
      const late = of('uplink.released').map(({ actor }) => actor);
      expect([...inTime, ...late].sort()).toEqual([...invited].sort());
      expect(of('round.closed')[0]?.admitted).toBe(inTime.length);
    }
  });

  it('goes on by the code alone where nobody is in time', async () => {
    const { trace, scores } = await simulate(
      codedStudy({ schedule: everyone({ closeAfter: 1e-3 }), until: { rounds: 10 } }),
    );
    const closed = factsOf(trace).filter(({ kind }) => kind === 'round.closed');
    expect(closed.every(({ admitted }) => admitted === 0)).toBe(true);
    expect(scores.at(-1)?.loss).toBeLessThan(scores[0]?.loss as number);
  });

  it('asks a client again that was away, or lost what it was making', async () => {
    const { trace } = await simulate(
      codedStudy({
        devices: {
          clock: geometric({ macsPerSecond: 1e5, ratio: 1 }),
          availability: markovOnOff({ meanOnline: 2, meanOffline: 1 }),
        },
      }),
    );
    const facts = factsOf(trace);
    expect(facts.some(({ kind, round }) => kind === 'work.lost' && round === 0)).toBe(true);
    expect(facts.filter(({ kind }) => kind === 'setup.received')).toHaveLength(CLIENTS);
  });

  it('shows on what each client and its server have agreed, and does without the code of those who stay out', async () => {
    const bought = await simulate(
      codedStudy({ algorithm: scfl({ codedRows: ROWS, codedBatch: ROWS, privacy: contract() }) }),
    );
    const prepared = factsOf(bought.trace).filter(({ kind }) => kind === 'setup.prepared');
    for (const { deviation, leakage, reward } of prepared) {
      expect([deviation, leakage, reward].every((each) => (each as number) >= 0)).toBe(true);
    }
    expect(new Set(prepared.map(({ leakage }) => leakage)).size).toBe(2);

    const pool = rewardPool({ types: [9, 1], counts: [1, 2], pool: 1e-3 });
    const { trace } = await simulate(
      codedStudy({ algorithm: scfl({ codedRows: ROWS, codedBatch: ROWS, privacy: pool }) }),
    );
    const facts = factsOf(trace);
    const out = facts.flatMap(({ kind, actor, leakage }) =>
      kind === 'setup.prepared' && leakage === 0 ? [actor] : [],
    );
    expect(out.sort()).toEqual(['client-0', 'client-3']);
    const sent = facts.filter(({ kind, round }) => kind === 'upload.finished' && round === 0);
    for (const { actor, bits } of sent) expect((bits as number) > 0).toBe(!out.includes(actor));
  });

  it('refuses tasks that are no regressions, before anything runs', async () => {
    await expect(simulate(codedStudy({ task: classify() }))).rejects.toThrow(/unsupported task "classify" for scfl/);
  });

  it('is FedAvg where all are in time and the code has no weight', async () => {
    const clock = geometric({ macsPerSecond: 1e9, ratio: 1 });
    const options = { devices: { clock }, schedule: everyone(), until: { rounds: 8 } };
    const uncoded = await simulate(codedStudy({ ...options, algorithm: scfl({ codedRows: 5, codeWeight: 0 }) }));
    const plain = await simulate(codedStudy({ ...options, algorithm: fedAvg({ localSteps: 1 }) }));
    expect(uncoded.summary.loss.final).toBeCloseTo(plain.summary.loss.final as number, 12);
  });
});
