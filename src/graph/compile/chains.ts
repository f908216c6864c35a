import { sizeOf } from '../../math/shape.ts';
import type { Operation, Tensor } from '../tensor.ts';
import { alike, type Groups } from './groups.ts';
import { KIND, type Word, walk, written } from './instructions.ts';
import { isConversion, viewOf } from './layout.ts';
import { emit, freshPlace, type Lowering, ordered } from './lowering.ts';
import { type Axes, inOrder, joined, type Place, type View } from './view.ts';

/** As in ../../learning/backend/kernels/graph/chain.h. */
const CODE: Readonly<Record<string, number>> = {
  ...{ add: 1, multiply: 2, divide: 3, maximum: 4, less: 5, select: 6 },
  ...{ exp: 7, log: 8, tanh: 9, sigmoid: 10, sqrt: 11, erf: 12, toFloat: 13, toInteger: 14 },
};
const LIES = { along: 0, one: 1, apart: 2 };
/** Axes of a walk at most. */
const RANK_MOST = 8;

const codeOf = (of: Operation): number =>
  CODE[isConversion(of) ? (of.kinds[0] === 'float' ? 'toFloat' : 'toInteger') : of.name]!;

/** What a step reads: an operand, or an earlier step. */
interface Step {
  readonly code: number;
  readonly reads: readonly (Operation | Tensor | Step)[];
  /** The last step of a member says whose it is. */
  readonly of?: Operation;
}

const isStep = (each: object): each is Step => 'code' in each;
const isOperation = (each: object): each is Operation => 'attributes' in each;

/** Steps of a chain: of more than two operands one after the other. */
function stepsOf(members: readonly Operation[]): readonly Step[] {
  const inside = new Set(members);
  return members.flatMap((of) => {
    const inputs = of.inputs.map((x) => (inside.has(alike(x)) ? alike(x) : x));
    const code = codeOf(of);
    if (inputs.length <= 2 || of.name === 'select') return [{ code, reads: inputs, of }];
    const steps: Step[] = [];
    for (const [k, input] of inputs.slice(1).entries()) {
      const before = steps.at(-1) ?? inputs[0]!;
      steps.push({ code, reads: [before, input], ...(k === inputs.length - 2 && { of }) });
    }
    return steps;
  });
}

/** A slot for each operand, which stays, and one for each step, until its last reader. */
function slotsOf(members: readonly Operation[]) {
  const steps = stepsOf(members);
  const own = new Map<Operation, Step>();
  for (const each of steps) if (each.of !== undefined) own.set(each.of, each);
  const operands = new Map<string, Tensor>();
  const keyOf = ({ operation, output, shape }: Tensor) => `${operation.id}.${output}:${shape.join()}`;
  const last = new Map<Step, number>();
  const read = steps.map(({ reads }, index) =>
    reads.map((each) => {
      const step = isStep(each) ? each : isOperation(each) ? own.get(each)! : undefined;
      if (step === undefined) operands.set(keyOf(each as Tensor), each as Tensor);
      else last.set(step, index);
      return step ?? keyOf(each as Tensor);
    }),
  );
  const keys = [...operands.keys()];
  const slots = new Map<Step, number>();
  const free: number[] = [];
  let used = keys.length;
  steps.forEach((step, index) => {
    slots.set(step, free.pop() ?? used++);
    for (const [each, at] of last) if (at === index) free.push(slots.get(each)!);
    if (!last.has(step)) free.push(slots.get(step)!);
  });
  const slotOf = (each: Step | string): number => (typeof each === 'string' ? keys.indexOf(each) : slots.get(each)!);
  return {
    used,
    operands: [...operands.values()],
    steps: steps.map((step, k) => ({ step, slot: slots.get(step)!, reads: read[k]!.map(slotOf) })),
  };
}

/** Whether a chain has slots for so many. */
export const fitsIn =
  (slots: number) =>
  (members: readonly Operation[]): boolean =>
    slotsOf(members).used <= slots;

function operandWords(lowering: Lowering, x: Tensor): readonly Word[] {
  const view: View = viewOf(lowering, x);
  const axes: Axes = joined(x.shape, view.strides);
  const { sizes, strides } = axes;
  if (strides.every((each) => each === 0)) return [LIES.one, ...walk(view.place, { sizes: [], strides: [] })];
  if (strides.length === 1 && strides[0] === 1) return [LIES.along, ...walk(view.place, axes)];
  if (sizes.length <= RANK_MOST) return [LIES.apart, ...walk(view.place, axes)];
  return [LIES.along, ...walk(ordered(lowering, x, view), joined(x.shape, inOrder(view.place, x.shape).strides))];
}

/** Writes a group as one chain. */
export function lowerChain(lowering: Lowering, members: readonly Operation[], { isRead }: Groups): void {
  const last = members.at(-1)!;
  const { operands, steps } = slotsOf(members);
  const from = operands.map((each) => operandWords(lowering, each));
  const places = new Map<Operation, Place>();
  for (const each of members) if (isRead(each)) places.set(each, freshPlace(lowering, each));
  const words = steps.flatMap(({ step, slot, reads: [a = 0, b = a, c = a] }) => {
    const place = step.of && places.get(step.of);
    return [step.code, a, b, c, slot, place === undefined ? -1 : written(place)];
  });
  const count = sizeOf(last.shapes[0]!);
  emit(lowering, KIND.chain, [count, operands.length, steps.length, ...from.flat(), ...words], last);
}
