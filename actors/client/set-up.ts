import type { ActorEvent, ModelVersion } from '../../src/event.ts';
import { remembered } from '../collecting.ts';
import type { ClientContext } from './machine.ts';

type Of<Type extends ActorEvent['type']> = Extract<ActorEvent, { type: Type }>;

/** What it has made: for its server, or for every client; it keeps its own piece. */
export function made({ role, memory }: ClientContext, event: Of<'setup.prepared'>): Partial<ClientContext> {
  const { model, memory: pieces } = event;
  if (pieces === undefined) return { model };
  const own = pieces.filter(({ slot }) => slot === role.id).map((piece) => ({ ...piece, slot: ownSlot(role) }));
  return { model, pieces: pieces.filter(({ slot }) => slot !== role.id), memory: remembered(memory, own) };
}

/** What others have made for it, beside its own piece where that counts: in the order of the makers. */
export function shared({ role, memory }: ClientContext, event: Of<'setup.shared'>): Partial<ClientContext> {
  const known = new Map([...memory, ...event.memory].map((each) => [each.slot, each]));
  return { memory: event.makers.flatMap((maker) => known.get(slotOf(role, maker)) ?? []) };
}

export const contribution = ({ role, round, model, pieces }: ClientContext) => ({
  id: 'upload',
  to: role.server,
  message: {
    ...{ type: 'setup.received' as const, from: role.id, round, model: model as ModelVersion },
    ...(pieces === undefined ? {} : { memory: pieces }),
  },
});

export const completion = ({ role }: ClientContext) => ({
  to: role.server,
  message: { type: 'setup.completed' as const, from: role.id, round: 0 },
});

const slotOf = ({ exchanges }: ClientContext['role'], maker: string): string => `${maker}/${exchanges}`;
const ownSlot = (role: ClientContext['role']): string => slotOf(role, role.id);
