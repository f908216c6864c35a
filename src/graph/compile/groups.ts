import { sizeOf } from '../../math/shape.ts';
import type { Operation, Tensor } from '../tensor.ts';
import type { Demand } from './demand.ts';
import { isConversion, isView, sourceOf } from './layout.ts';

const ELEMENTWISE: ReadonlySet<string> = new Set([
  ...['add', 'multiply', 'divide', 'maximum', 'less', 'select'],
  ...['exp', 'log', 'tanh', 'sigmoid', 'sqrt', 'erf'],
]);
export const isElementwise = (of: Operation): boolean => ELEMENTWISE.has(of.name) || isConversion(of);

/** Elementwise operations that one chain makes, in order; it runs at the place of the last. */
export interface Group {
  readonly members: readonly Operation[];
}

export interface Groups {
  readonly of: ReadonlyMap<Operation, Group>;
  /** Whether somebody outside of its group reads what an operation makes. */
  readonly isRead: (member: Operation) => boolean;
  /** Whether a tensor is put together for chains that can read its parts where they are instead. */
  readonly isApart: (x: Tensor) => boolean;
}

/** What a member is to another that reads it number by number. */
export function alike(x: Tensor): Operation {
  let own = x.operation;
  while (own.name === 'reshape') own = own.inputs[0]!.operation;
  return own;
}

/** Who reads an operation, by when at the earliest in its own loop: the order of readers there. */
type Readers = ReadonlyMap<Operation, ReadonlySet<Operation | undefined>>;
function readersOf(demand: Demand, roots: readonly Tensor[]): Readers {
  const readers = new Map<Operation, Set<Operation | undefined>>();
  const give = (x: Tensor, reader: Operation | undefined): void => {
    const source = sourceOf(x);
    const own = readers.get(source) ?? new Set();
    readers.set(source, own.add(reader));
  };
  for (const each of demand.outputs.keys()) {
    if (!isView(each)) for (const input of each.inputs) give(input, each);
    if (each.name === 'scan') for (const output of each.attributes.body!.outputs) give(output, each);
  }
  for (const each of roots) give(each, undefined);
  return readers;
}

/**
 * Puts elementwise operations of as many numbers together, where each reads another: as far as nobody else reads one of them
 * before the last of them, and `fits` says that a chain can hold them.
 */
export function groupsOf(
  demand: Demand,
  roots: readonly Tensor[],
  fits: (members: readonly Operation[]) => boolean,
): Groups {
  const readers = readersOf(demand, roots);
  const of = new Map<Operation, Group>();
  /** When a reader reads, in a loop's own order: a loop inside is one of its operations; its end is after all. */
  const timeIn = (loop: Operation | undefined, reader: Operation | undefined): number => {
    let own = reader;
    while (own !== undefined && demand.loopOf(own) !== loop) own = demand.loopOf(own);
    return own?.id ?? Number.POSITIVE_INFINITY;
  };
  const isLate = (member: Operation, members: ReadonlySet<Operation | undefined>, time: number): boolean =>
    [...(readers.get(member) ?? [])].every(
      (reader) => members.has(reader) || timeIn(demand.loopOf(member), reader) > time,
    );

  for (const operations of demand.operations.values()) {
    for (const each of operations.filter(isElementwise)) {
      let group: Group = { members: [each] };
      for (const input of each.inputs) {
        const other = of.get(alike(input));
        if (other === undefined || other === group || !isLike(each, alike(input), demand)) continue;
        const members = [...new Set([...other.members, ...group.members])].sort((a, b) => a.id - b.id);
        const inside = new Set<Operation | undefined>(members);
        const isFree = members.every((member) => readsAlike(member, inside) && isLate(member, inside, each.id));
        if (isFree && fits(members)) group = { members };
        for (const member of group.members) of.set(member, group);
      }
      of.set(each, group);
    }
  }
  const isRead = (member: Operation) => {
    const inside = new Set<Operation | undefined>(of.get(member)!.members);
    return [...(readers.get(member) ?? [])].some((reader) => !inside.has(reader));
  };
  return { of, isRead, isApart: apartOf(demand, readers, of) };
}

/**
 * Concatenations along a first axis whose only reader is one chain of as many numbers, which reads everything else in line or
 * one for all: so that it falls into parts.
 */
function apartOf(demand: Demand, readers: Readers, groups: ReadonlyMap<Operation, Group>) {
  const isInLine = (input: Tensor, count: number): boolean =>
    sizeOf(sourceOf(input).shapes[input.output] ?? []) === 1 ||
    (input.operation.name !== 'broadcast' && input.operation.name !== 'transpose' && sizeOf(input.shape) === count);
  return ({ operation: of }: Tensor): boolean => {
    if (of.name !== 'concatenate' || of.attributes.axes?.[0] !== 0 || of.shapes[0]!.length !== 1) return false;
    const own = [...(readers.get(of) ?? [])];
    const group = own[0] && groups.get(own[0]);
    if (group === undefined || own.some((each) => each === undefined || groups.get(each) !== group)) return false;
    const count = sizeOf(of.shapes[0]!);
    const inside = new Set<Operation | undefined>(group.members);
    const inputs = group.members.flatMap((each) => each.inputs).filter((each) => !inside.has(alike(each)));
    const others = inputs.filter((each) => each.operation !== of);
    const isOnly = others.every(
      (each) => sourceOf(each) !== of && each.operation.name !== 'concatenate' && isInLine(each, count),
    );
    return isOnly && demand.loopOf(of) === demand.loopOf(group.members[0]!);
  };
}

const isLike = (a: Operation, b: Operation, demand: Demand): boolean =>
  demand.loopOf(a) === demand.loopOf(b) && sizeOf(a.shapes[0]!) === sizeOf(b.shapes[0]!);

/** Whether an operation reads members number by number, if it reads them. */
const readsAlike = (reader: Operation, members: ReadonlySet<Operation | undefined>): boolean =>
  reader.inputs.every((input) => !members.has(sourceOf(input)) || alike(input) === sourceOf(input));
