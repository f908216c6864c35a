import type { ActorEvent } from '../../src/event.ts';

/** Clients that a server serves at present, and the samples of all of them. */
export interface Members {
  readonly members: readonly string[];
  readonly samples: number;
}

/** Members come and go by handovers. */
export function changed({ members, samples }: Members, event: ActorEvent): Partial<Members> {
  if (event.type === 'member.joined') {
    return { members: [...members, event.member], samples: samples + event.samples };
  }
  if (event.type !== 'member.left') return {};
  return { members: members.filter((each) => each !== event.member), samples: samples - event.samples };
}
