import { describe, expect, it } from 'vitest';
import type { CentralServerContext } from '../../../actors/central-server/machine.ts';
import { centralServerMachine } from '../../../actors/index.ts';
import type { CentralServerRole } from '../../../actors/role.ts';
import { act, centralRole, combined, only, received, scheduled, typesOf } from '../../support/acting.ts';

const central = (changes: Partial<CentralServerRole> = {}) =>
  act<CentralServerContext>(centralServerMachine, centralRole(changes));

const started = { type: 'started' } as const;
const THREE = ['client-0', 'client-1', 'client-2'];

describe('a central server', () => {
  it('selects, broadcasts, collects and aggregates, then opens the next round', () => {
    const server = central();
    expect(server.state).toBe('waiting');
    expect(server.tell(started)).toEqual([{ type: 'schedule', id: 'question', round: 1 }]);
    const out = server.tell(scheduled(1, THREE));
    expect(typesOf(out)).toEqual(['cancel', 'send', 'wait']);
    expect(only(out, 'send')).toMatchObject({
      to: THREE,
      message: { type: 'model.received', from: 'central', round: 1, model: { digest: 'initial' } },
    });
    expect(server.state).toBe('collecting');
    server.tell(received('client-0', 1), received('client-1', 1));
    const asked = server.tell(received('client-2', 1));
    expect(server.state).toBe('aggregating');
    expect(only(asked, 'combine')).toMatchObject({ round: 1, exchange: 0 });
    const closing = server.tell(combined(1, 0, 'mean of 1'));
    expect(only(closing, 'note').note).toMatchObject({
      type: 'round.closed',
      round: 1,
      admitted: 3,
      lost: 0,
      model: { digest: 'mean of 1' },
    });
    expect(only(closing, 'schedule').round).toBe(2);
  });

  it('aggregates in the order of its members and by their samples, whatever order they came in', () => {
    const server = central();
    server.tell(started, scheduled(1, THREE), received('client-2', 1, 'c', 60), received('client-0', 1, 'a', 10));
    const { models, weights } = only(server.tell(received('client-1', 1, 'b', 30)), 'combine');
    expect(models.map(({ digest }) => digest)).toEqual(['a', 'b', 'c']);
    expect(weights).toEqual([0.1, 0.3, 0.6]);
  });

  it('admits nothing of another round', () => {
    const server = central();
    server.tell(started, scheduled(1, ['client-0']), received('client-0', 2), received('client-0', 0));
    expect(server.context.received).toBe(0);
    expect(server.state).toBe('collecting');
  });

  it('does not wait for a member that is lost, and counts it', () => {
    const server = central();
    server.tell(started, scheduled(1, THREE), received('client-0', 1), { type: 'peer.lost', peer: 'client-1' });
    const { models } = only(server.tell(received('client-2', 1)), 'combine');
    expect(models).toHaveLength(2);
    expect(only(server.tell(combined(1, 0, 'm')), 'note').note).toMatchObject({ admitted: 2, lost: 1 });
  });

  it('does not count as lost whose update is there, who was not invited, or who is lost twice', () => {
    const server = central();
    server.tell(started, scheduled(1, ['client-0', 'client-1']), received('client-0', 1));
    server.tell({ type: 'peer.lost', peer: 'client-0' }, { type: 'peer.lost', peer: 'client-2' });
    expect(server.context.lost).toEqual([]);
    expect(server.state).toBe('collecting');
  });

  it('keeps an update that was already on its way when its member was lost', () => {
    const server = central();
    server.tell(started, scheduled(1, THREE), { type: 'peer.lost', peer: 'client-1' }, received('client-1', 1));
    expect(server.context).toMatchObject({ received: 1, lost: [] });
  });

  it('closes an empty round with the model it had when every member is lost', () => {
    const server = central({ members: ['client-0', 'client-1'] });
    server.tell(started, scheduled(1, ['client-0', 'client-1']), { type: 'peer.lost', peer: 'client-0' });
    const effects = server.tell({ type: 'peer.lost', peer: 'client-1' });
    expect(only(effects, 'note').note).toMatchObject({
      type: 'round.closed',
      round: 1,
      admitted: 0,
      lost: 2,
      model: { digest: 'initial' },
    });
    expect(typesOf(effects)).not.toContain('combine');
    expect(server.state).toBe('selecting');
  });

  it('waits for someone to come back where there is nobody to invite, and then asks again', () => {
    const server = central();
    expect(server.tell(started, scheduled(1, []))).toEqual([]);
    expect(server.state).toBe('selecting');
    expect(server.tell({ type: 'peer.returned', peer: 'client-1' })).toEqual([
      { type: 'cancel', id: 'question' },
      { type: 'schedule', id: 'question', round: 1 },
    ]);
  });

  it('skips a round for which the policy invites nobody of those who are free', () => {
    const server = central();
    const effects = server.tell(started, scheduled(1, [], null, 2));
    expect(only(effects, 'note').note).toMatchObject({
      type: 'round.closed',
      round: 1,
      admitted: 0,
      model: { digest: 'initial' },
    });
    expect(only(effects, 'schedule').round).toBe(2);
  });

  it('closes at its deadline with what has come, and clears the deadline of a round that ends before', () => {
    const late = central();
    const out = late.tell(started, scheduled(1, THREE, 30));
    expect(only(out, 'wait')).toMatchObject({
      id: 'deadline',
      seconds: 30,
      event: { type: 'deadline.passed', round: 1 },
    });
    late.tell(received('client-1', 1));
    const { models } = only(late.tell({ type: 'deadline.passed', round: 1 }), 'combine');
    expect(models).toHaveLength(1);

    const early = central({ members: ['client-0'] });
    const effects = early.tell(started, scheduled(1, ['client-0'], 30), received('client-0', 1));
    expect(effects).toContainEqual({ type: 'cancel', id: 'deadline' });
  });

  it('closes an empty round at its deadline', () => {
    const server = central();
    server.tell(started, scheduled(1, THREE, 30));
    expect(only(server.tell({ type: 'deadline.passed', round: 1 }), 'note').note).toMatchObject({ admitted: 0 });
  });

  it('ends after its last round and asks for nothing any more', () => {
    const server = central({ members: ['client-0'], rounds: 1 });
    server.tell(started, scheduled(1, ['client-0']), received('client-0', 1), combined(1, 0, 'm'));
    expect(server.state).toBe('finished');
    expect(server.tell(received('client-0', 2), { type: 'peer.lost', peer: 'client-0' }, { type: 'crashed' })).toEqual(
      [],
    );
    expect(server.state).toBe('finished');
  });

  it('tells its members when it crashes, hears nothing meanwhile, and opens its round again when it restarts', () => {
    const server = central();
    server.tell(started, scheduled(1, THREE, 30), received('client-0', 1));
    const effects = server.tell({ type: 'crashed' });
    expect(server.state).toBe('crashed');
    expect(effects).toContainEqual({ type: 'cancel', id: 'deadline' });
    expect(only(effects, 'send')).toMatchObject({ to: THREE, message: { type: 'peer.lost', peer: 'central' } });
    expect(server.tell(received('client-1', 1), { type: 'peer.lost', peer: 'client-2' })).toEqual([]);
    const back = server.tell({ type: 'restarted', round: 1 });
    expect(only(back, 'schedule').round).toBe(1);
    expect(only(back, 'send')).toMatchObject({ to: THREE, message: { type: 'peer.returned', peer: 'central' } });
    expect(server.context).toMatchObject({ received: 0, lost: [], arrivals: undefined });
  });

  it('closes central rounds over edge servers, and publishes the last model to all of them', () => {
    const server = central({ members: ['edge-0', 'edge-1'], overEdgeServers: true, rounds: 1 });
    server.tell(started, scheduled(1, ['edge-0']), received('edge-0', 1));
    const effects = server.tell(combined(1, 0, 'last'));
    expect(only(effects, 'note').note).toMatchObject({ type: 'central-round.closed', round: 1, admitted: 1 });
    expect(only(effects, 'send')).toMatchObject({
      to: ['edge-0', 'edge-1'],
      message: { type: 'model.received', round: 2, model: { digest: 'last' } },
    });
    expect(server.state).toBe('finished');
  });
});
