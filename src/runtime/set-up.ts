import { present } from '../assert.ts';
import { exposureOf } from '../coding/privacy.ts';
import { SimulationError } from '../errors.ts';
import type { MemorySlot, Message } from '../event.ts';
import type { RowSizes } from '../learning/contract.ts';
import type { SetUp } from '../policies/algorithm.ts';
import type { PrivacyTerms } from '../policies/privacy/contract.ts';
import type { Step } from '../step.ts';
import type { Bits } from '../units.ts';
import type { WorldPlan } from './plan.ts';

const unsupported = ({ task, algorithm }: Pick<WorldPlan, 'task' | 'algorithm'>): SimulationError =>
  new SimulationError({
    what: `unsupported task "${task.name}" for the algorithm "${algorithm.name}"`,
    where: 'task',
    remedy: 'pass a task that has rows of features and labels, such as classify() or leastSquares()',
    code: 'OPTION_INVALID',
  });

const setUpOf = ({ algorithm }: WorldPlan): SetUp => present(algorithm.setUp, 'set-up');

/** Numbers of a client's rows, which coded algorithms go by. */
function sizesOf(plan: WorldPlan, client: number): readonly [RowSizes, samples: number] {
  const { rowSizes, sampleCounts } = plan.task;
  if (rowSizes === undefined) throw unsupported(plan);
  return [rowSizes, sampleCounts[client] ?? 0];
}

/** What a client makes before the first round, as a step, and the work behind it [multiply–accumulates]. */
export function setUpStep(plan: WorldPlan, client: number): { readonly step: Step | undefined; readonly macs: number } {
  const { module, step: name, options, exchange, macs } = setUpOf(plan);
  const work = macs(...sizesOf(plan, client));
  if (name === undefined) return { step: undefined, macs: work };
  const rows = plan.task.rows?.(client);
  if (rows === undefined) throw unsupported(plan);
  const terms = plan.terms?.[client];
  const receivers = exchange && { receivers: [...plan.clients.keys()] };
  const input = { rows, seed: plan.seed, client, options, ...receivers, ...(terms && { terms }) };
  return { step: { module, name, input }, macs: work };
}

/** What each client agrees to, by index, before it makes anything of its data. */
export function termsOf(plan: Pick<WorldPlan, 'task' | 'algorithm'>): readonly PrivacyTerms[] | undefined {
  const privacy = plan.algorithm.setUp?.privacy;
  if (privacy === undefined) return undefined;
  return privacy(
    plan.task.sampleCounts.map((_, client) => {
      const rows = plan.task.rows?.(client);
      if (rows === undefined) throw unsupported(plan);
      return exposureOf(rows.features, rows.count);
    }),
  );
}

/** Whether a client hands over anything. */
const isOpen = ({ terms }: WorldPlan, client: number): boolean => Number.isFinite(terms?.[client]?.deviation ?? 0);

/** Pieces without numbers, one for every client: what an exchange without a step makes. */
export const blankPieces = ({ algorithm, clients }: WorldPlan): { readonly memory?: readonly MemorySlot[] } =>
  algorithm.setUp?.exchange === undefined
    ? {}
    : { memory: [...clients.keys()].map((slot) => ({ slot, model: { parameters: undefined, digest: '-' } })) };

/** Bits of what a client contributes, or of the pieces that it gets from others. */
export function setUpBits(
  plan: WorldPlan,
  message: Extract<Message, { type: 'setup.received' | 'setup.shared' }>,
): Bits {
  const setUp = setUpOf(plan);
  const bitsFrom = (maker: string): Bits => {
    const index = indexOf(plan, maker);
    return isOpen(plan, index) ? setUp.bits(...sizesOf(plan, index)) : 0;
  };
  if (message.type === 'setup.received') return bitsFrom(message.from) * (message.memory?.length ?? 1);
  return message.memory.reduce((sum, { slot }) => sum + bitsFrom(makerOf(slot, setUp)), 0);
}

const indexOf = ({ clients }: WorldPlan, client: string): number => present(clients.get(client), client).index;

/** Slots of what others have made are `<maker>/<name>`. */
const makerOf = (slot: string, { name }: SetUp): string => slot.slice(0, -name.length - 1);
