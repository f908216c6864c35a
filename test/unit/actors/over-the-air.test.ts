import { describe, expect, it } from 'vitest';
import type { CentralServerContext } from '../../../actors/central-server/machine.ts';
import type { ClientContext } from '../../../actors/client/machine.ts';
import { centralServerMachine, clientMachine, edgeServerMachine } from '../../../actors/index.ts';
import type { ActorEvent, UplinkSchedule } from '../../../src/event.ts';
import type { AirUplink } from '../../../src/policies/algorithm.ts';
import {
  act,
  centralRole,
  clientRole,
  combined,
  edgeRole,
  model,
  modelOf,
  only,
  scheduled,
  typesOf,
  updateOf,
} from '../../support/acting.ts';

const statistics = { squaredNorm: 4, mean: 0.5, variance: 1 };
const trained: ActorEvent = { type: 'training.finished', round: 4, ...updateOf('trained'), ...statistics };
const grant: ActorEvent = { type: 'uplink.granted', from: 'edge-0', round: 4, weight: 0.5 };

describe('a client whose updates add up in the air', () => {
  const reporting = () => {
    const client = act<ClientContext>(clientMachine, { ...clientRole, reports: true });
    client.tell(model('edge-0', 4), trained);
    return client;
  };

  it('reports its update, but doesn’t send it', () => {
    const client = reporting();
    expect(client.state).toMatchObject({ work: 'reporting' });
    const { to, message } = only(client.effects, 'send');
    expect(to).toBe('edge-0');
    expect(message).toEqual({
      type: 'update.reported',
      from: 'client-0',
      round: 4,
      samples: 10,
      localSteps: 5,
      loss: 0.5,
      ...statistics,
    });
  });

  it('sends it when it is granted the air, and is idle when the last symbol is out', () => {
    const client = reporting();
    expect(only(client.tell(grant), 'transmit')).toMatchObject({
      to: 'edge-0',
      round: 4,
      model: { digest: 'trained' },
    });
    client.tell({ type: 'upload.finished', round: 4, bits: 0, seconds: 1 });
    expect(client.state).toMatchObject({ work: 'idle' });
    expect(client.context).toMatchObject({ update: undefined });
  });

  it('is idle when its server does without it, and deaf to grants of other rounds', () => {
    const client = reporting();
    client.tell({ ...grant, round: 3 });
    expect(client.state).toMatchObject({ work: 'reporting' });
    client.tell({ type: 'uplink.released', from: 'edge-0', round: 4 });
    expect(client.state).toMatchObject({ work: 'idle' });
  });

  it.each(['reporting', 'superposing'])('loses its update when it goes offline while %s', (state) => {
    const client = reporting();
    if (state === 'superposing') client.tell(grant);
    const effects = client.tell({ type: 'went.offline' });
    expect(only(effects, 'note').note).toEqual({ type: 'work.lost', round: 4 });
    expect(client.state).toEqual({ work: 'idle', connection: 'offline' });
  });

  it('takes the next model where its server has gone on without it', () => {
    const client = reporting();
    client.tell(model('edge-0', 5));
    expect(client.state).toMatchObject({ work: 'training' });
  });
});

const uplink: AirUplink = {
  ...{
    medium: 'air',
    scheduling: 'after',
    reportBits: 0,
    grantBits: 0,
    normalisation: 'average',
    restored: 'weighted',
  },
  ...{ rate: 0.5, minimumSnrDb: Number.NEGATIVE_INFINITY, closeAfter: Number.POSITIVE_INFINITY },
};
const everyone = ['client-0', 'client-1', 'client-2'];
const report = (from: string, round = 1): ActorEvent => ({
  ...{ type: 'update.reported', from, round, samples: 10, localSteps: 5, loss: 0.5, ...statistics },
});
const schedule = (cohort: readonly string[]): UplinkSchedule => ({
  ...{
    cohort,
    weights: cohort.map(() => 0.5),
    candidates: everyone,
    shares: [0.2, 0.3, 0.5],
    snrDb: [1, 2, 3],
    mean: 0,
    deviation: 1,
  },
});
const uplinkScheduled = (cohort: readonly string[]): ActorEvent => ({
  type: 'uplink.scheduled',
  round: 1,
  ...schedule(cohort),
});
const sum = (senders: readonly string[]): ActorEvent => ({
  ...{
    type: 'aggregate.received',
    round: 1,
    senders,
    weights: [],
    powers: [],
    denoisingFactor: 1,
    model: modelOf('estimate'),
  },
  ...{
    expectedNoise: 0,
    noiseError: 0,
    expectedSampling: 0,
    samplingError: 0,
    totalError: 0,
    snrDb: 0,
    joules: 0,
    seconds: 1,
  },
});

describe.each([
  ['central', centralServerMachine, centralRole({ uplink }), { type: 'started' }],
  ['edge', edgeServerMachine, edgeRole({ uplink, neighbours: [] }), { type: 'started' }],
] as const)('a %s server that sums over the air', (_, machine, role, started) => {
  const collecting = () => {
    const server = act<CentralServerContext>(machine, role);
    server.tell(started, scheduled(1, everyone));
    return server;
  };

  it('asks whom to grant when all have reported, opens the air for them, and releases the others', () => {
    const server = collecting();
    const asked = only(server.tell(...everyone.map((each) => report(each))), 'grant');
    expect(asked.reports.map(({ from }) => from)).toEqual(everyone);
    const effects = server.tell(uplinkScheduled(['client-0', 'client-2']));
    expect(typesOf(effects)).toEqual(['cancel', 'listen', 'send', 'send']);
    expect(effects[2]).toMatchObject({ to: ['client-0', 'client-2'], message: [{ weight: 0.5 }, { weight: 0.5 }] });
    expect(effects[3]).toMatchObject({ to: ['client-1'], message: { type: 'uplink.released', round: 1 } });
  });

  it('adds the estimate to its model, at its rate, and closes the round with as many as sent', () => {
    const server = collecting();
    server.tell(...everyone.map((each) => report(each)), uplinkScheduled(everyone));
    const joining = only(server.tell(sum(['client-0', 'client-2'])), 'combine');
    expect(joining).toMatchObject({
      models: [{ digest: 'initial' }, { digest: 'estimate' }],
      weights: [1, 0.5],
      sum: true,
    });
    expect(only(server.tell(combined(1, 0, 'next')), 'note').note).toMatchObject({
      type: 'round.closed',
      admitted: 2,
      model: { digest: 'next' },
    });
  });

  it('closes a round in which nobody sends, or nobody is heard, with the model that it had', () => {
    for (const last of [[uplinkScheduled([])], [uplinkScheduled(everyone), sum([])]]) {
      const server = collecting();
      const effects = server.tell(...everyone.map((each) => report(each)), ...last);
      expect(only(effects, 'note').note).toMatchObject({
        type: 'round.closed',
        round: 1,
        admitted: 0,
        model: { digest: 'initial' },
      });
    }
  });

  it('doesn’t wait for a member that is lost, whether it had reported or not', () => {
    const silent = collecting();
    const asked = only(
      silent.tell(report('client-0'), { type: 'peer.lost', peer: 'client-1' }, report('client-2')),
      'grant',
    );
    expect(asked.reports.map(({ from }) => from)).toEqual(['client-0', 'client-2']);
    const gone = collecting();
    const rest = gone.tell(
      report('client-0'),
      { type: 'peer.lost', peer: 'client-0' },
      report('client-1'),
      report('client-2'),
    );
    expect(only(rest, 'grant').reports.map(({ from }) => from)).toEqual(['client-1', 'client-2']);
  });

  it('grants nothing to a member that broke away while the policy was asked', () => {
    const server = collecting();
    server.tell(...everyone.map((each) => report(each)), { type: 'peer.lost', peer: 'client-2' });
    expect(only(server.tell(uplinkScheduled(everyone)), 'listen').schedule.cohort).toEqual(['client-0', 'client-1']);
  });

  it('releases a client whose report comes too late', () => {
    const server = collecting();
    server.tell(...everyone.map((each) => report(each)), uplinkScheduled(['client-0']));
    const late = { to: 'client-1', message: { type: 'uplink.released', round: 7 } };
    expect(only(server.tell(report('client-1', 7)), 'send')).toMatchObject(late);
  });
});
