import type { Message } from '../event.ts';
import type { EventId } from '../kernel/event-list.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Delivered } from '../network/transfer.ts';
import type { Instant } from '../units.ts';
import type { Batteries } from './batteries.ts';
import type { Effects } from './effects.ts';
import type { Pending } from './plan.ts';

/** What the network asks of the event list, of those who have asked for its transfers, and of batteries. */
export const networkPort = (kernel: Kernel<Pending>, effects: () => Effects, batteries: Batteries) => ({
  now: () => kernel.now,
  set: (at: Instant, transfer: number) => kernel.schedule(at, { to: 'network', transfer }),
  clear: (alarm: EventId) => void kernel.cancel(alarm),
  deliver: (at: Instant, actor: string, event: Message) => void kernel.schedule(at, { to: 'actor', actor, event }),
  sent: (transfer: Delivered) => effects().sent(transfer),
  failed: (transfer: Delivered) => effects().failed(transfer),
  downloadStarted: (client: string, message: Message, transfer: number) =>
    effects().downloadStarted(client, message, transfer),
  transmits: (client: string, transfer: number, power: number) => batteries.draw(client, transfer, power),
});
