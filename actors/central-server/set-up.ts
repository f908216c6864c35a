import type { ActorEvent, MemorySlot, Message, ModelVersion } from '../../src/event.ts';
import { remembered } from '../collecting.ts';
import type { CentralServerRole } from '../role.ts';

/** What a client has made for another, which the server passes on. */
interface Piece {
  readonly from: string;
  readonly to: string;
  readonly model: ModelVersion;
}

/** How far a server has come with what goes before the first round. */
export interface Preparation {
  /** What it keeps from round to round, where its algorithm asks for that. */
  readonly memory: readonly MemorySlot[];
  /** Members whose contribution it has. */
  readonly ready: readonly string[];
  /** What members have made for each other. */
  readonly pieces: readonly Piece[];
  /** Members that have all pieces for them. */
  readonly complete: readonly string[];
  /** Members that can't be reached. */
  readonly away: readonly string[];
}

export const unprepared: Preparation = { memory: [], ready: [], pieces: [], complete: [], away: [] };

interface Preparing extends Preparation {
  readonly role: CentralServerRole;
  readonly overdue: boolean;
}

/** A member's contribution: for the server to remember, or for it to pass on. */
export function contributed(
  { role, ready, memory, pieces }: Preparing,
  { from, model, memory: made }: Extract<ActorEvent, { type: 'setup.received' }>,
): Partial<Preparation> {
  if (ready.includes(from)) return {};
  const known = [...ready, from];
  if (made === undefined) return { ready: known, memory: remembered(memory, [{ slot: slotOf(role, from), model }]) };
  return {
    ready: known,
    pieces: [...pieces, ...made.map(({ slot, model: piece }) => ({ from, to: slot, model: piece }))],
  };
}

/** Whether all contributions are there, or those that came in time. */
export const isSetUp = ({ role, ready, overdue }: Preparing): boolean =>
  role.members.every((id) => ready.includes(id)) || (overdue && ready.length > 0);

/** Whether everyone has its pieces who can be reached. */
export const isHandedOut = ({ role, complete, away }: Preparing): boolean =>
  role.members.every((id) => complete.includes(id) || away.includes(id));

/** Members that lack pieces, among some or all. */
const incomplete = ({ role, complete }: Preparing, among: readonly string[] = role.members): readonly string[] =>
  role.setUp?.exchanges === true ? among.filter((id) => !complete.includes(id)) : [];

/** Asks members that have not contributed. */
export const request = ({ role, ready }: Preparing, among: readonly string[] = role.members) => ({
  to: among.filter((id) => !ready.includes(id)),
  message: { type: 'setup.requested' as const, from: role.id, round: 0 },
});

/** For each member that lacks them, the pieces that others have made for it, in the order of their makers. */
export function handOut(context: Preparing, among?: readonly string[]) {
  const { role, ready, pieces } = context;
  const to = incomplete(context, among);
  const makers = role.members.filter((id) => ready.includes(id));
  const message = to.map((receiver): Message => {
    const own = pieces.filter((piece) => piece.to === receiver);
    const memory = makers.flatMap((maker) =>
      own.filter(({ from }) => from === maker).map(({ model }) => ({ slot: slotOf(role, maker), model })),
    );
    return { type: 'setup.shared', from: role.id, round: 0, makers, memory };
  });
  return { to, message };
}

/** A member that may not have contributed is asked again. */
export const askAgain = (context: Preparing, event: ActorEvent) =>
  request(context, event.type === 'peer.returned' ? [event.peer] : []);

/** Pieces for a member that is back, once they are there. */
export const lacking = (context: Preparing, event: ActorEvent) =>
  handOut(context, event.type === 'peer.returned' ? [event.peer] : []);

/** Members without their pieces are not invited yet. */
export function selection(context: Preparing & { readonly round: number }) {
  const asked = { id: 'question', round: context.round };
  return context.role.setUp === undefined ? asked : { ...asked, except: incomplete(context) };
}

export const completed = ({ complete }: Preparation, member: string): Partial<Preparation> =>
  complete.includes(member) ? {} : { complete: [...complete, member] };

/** Whom a server that hands out pieces can't reach. */
export const gone = ({ role, away }: Preparing, peer: string): Partial<Preparation> =>
  role.setUp?.exchanges === true && !away.includes(peer) ? { away: [...away, peer] } : {};

const slotOf = ({ setUp }: CentralServerRole, maker: string): string => `${maker}/${setUp?.name}`;
