import { sizeOf } from '../../math/shape.ts';
import type { Operation, Tensor } from '../tensor.ts';
import { need, say } from '../write.ts';
import { fitsIn, lowerChain } from './chains.ts';
import { coalesced } from './coalesce.ts';
import { type Demand, demandOf } from './demand.ts';
import { fusedProducts } from './fuse.ts';
import { type Groups, groupsOf, isElementwise } from './groups.ts';
import type { Line } from './instructions.ts';
import { isView, placeOf, sourceOf } from './layout.ts';
import { lowerLoop } from './loops.ts';
import type { Lowering, Widths } from './lowering.ts';
import { pieceOf } from './pieces.ts';
import { LOWER } from './primitives.ts';
import { buffer, inOrder, type Place, shifted, startOf } from './view.ts';

/** What a program takes. */
export interface Entries {
  /** Neighbours in one vector, in this order. */
  readonly parameters: readonly Tensor[];
  readonly tables: readonly Tensor[];
}

/** Instructions, and where they find and leave what is given and made. */
export interface Lowered {
  readonly lines: readonly Line[];
  /** Of inputs that are read. */
  readonly given: ReadonlyMap<Operation, Place>;
  /** Of outputs, in their order. */
  readonly made: readonly Place[];
}

/** Writes the program of some outputs, whose graph is flat. */
export function lowered(roots: readonly Tensor[], entries: Entries, widths: Widths): Lowered {
  const demand = demandOf(roots);
  const groups = groupsOf(demand, roots, fitsIn(widths.slots));
  const tables = new Map(entries.tables.map(({ operation }, index) => [operation, index]));
  refuseTables(demand, roots, tables);
  const lowering: Lowering = {
    ...{ widths, demand, tables },
    ...{ lines: [], views: new Map(), ordered: new Map() },
  };
  placeParameters(lowering, entries.parameters);
  lowerAll(lowering, undefined, groups);
  const made = roots.map((each) => placeOf(lowering, each));
  for (const { buffer: own } of made) own.isKept = true;
  const given = new Map<Operation, Place>();
  for (const [of, [view]] of lowering.views) {
    if (of.name === 'input' && view?.place.buffer.isGiven === true) given.set(of, view.place);
  }
  return { lines: fusedProducts(coalesced(lowering.lines, made), made), given, made };
}

function placeParameters({ views }: Lowering, parameters: readonly Tensor[]): void {
  const words = parameters.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  const all = startOf(buffer(words, { isGiven: true, isKept: true }));
  let from = 0;
  for (const { operation, shape } of parameters) {
    views.set(operation, [inOrder(shifted(all, from), shape)]);
    from += sizeOf(shape);
  }
}

function lowerAll(lowering: Lowering, loop: Operation | undefined, groups: Groups): void {
  for (const of of lowering.demand.operations.get(loop) ?? []) {
    if (of.name === 'scan') lowerLoop(lowering, of, () => lowerAll(lowering, of, groups));
    else if (isElementwise(of)) {
      const { members } = groups.of.get(of)!;
      if (members.at(-1) === of) lowerChain(lowering, members, groups);
    } else if (!isView(of) && !groups.isApart({ operation: of, output: 0 } as Tensor))
      (pieceOf(of)?.lower ?? LOWER[of.name]!)(lowering, of);
  }
}

/** Rows of a table lie outside of the memory: only `gather` reads them. */
function refuseTables(demand: Demand, roots: readonly Tensor[], tables: ReadonlyMap<Operation, number>): void {
  if (tables.size === 0) return;
  const refuse = (name: string, reads: readonly Tensor[]): void => {
    const wrong = reads.find((each) => tables.has(sourceOf(each)));
    need(wrong === undefined, name, () => `table ${wrong && say(wrong)}`, 'read its rows by gather(table, index)');
  };
  for (const of of demand.outputs.keys()) {
    if (!isView(of)) refuse(of.name, readBy(of, tables));
  }
  refuse('graph', roots);
}

/** What an operation reads otherwise than by rows; what a loop takes from outside, its body reads. */
function readBy(of: Operation, tables: ReadonlyMap<Operation, number>): readonly Tensor[] {
  const { body, batch = 0 } = of.attributes;
  if (body !== undefined) return [...of.inputs.slice(0, body.carried + body.sliced), ...body.outputs];
  const isRows = of.name === 'gather' && batch === 0 && tables.has((of.inputs[0] as Tensor).operation);
  return isRows ? of.inputs.slice(1) : of.inputs;
}
