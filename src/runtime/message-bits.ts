import type { Message } from '../event.ts';
import type { Bits } from '../units.ts';
import { modelBits, updateBits } from './local-rule.ts';
import type { WorldPlan } from './plan.ts';
import { setUpBits } from './set-up.ts';

/** Size of a message: models are charged for as the task says, reports and grants as the uplink says, notices not at all. */
export function bitsOf(message: Message, plan: WorldPlan): Bits {
  const { uplink } = plan.algorithm;
  if (message.type === 'setup.received' || message.type === 'setup.shared') return setUpBits(plan, message);
  if (message.type === 'update.received') return updateBits(plan);
  if ('model' in message) return modelBits(plan);
  if (uplink?.medium !== 'air') return 0;
  if (message.type === 'update.reported') return uplink.reportBits;
  return message.type === 'uplink.granted' || message.type === 'uplink.released' ? uplink.grantBits : 0;
}
