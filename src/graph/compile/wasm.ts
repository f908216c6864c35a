import type { Engine, TableRows } from './engine.ts';
import { WASM } from './wasm-binary.ts';
import { compileWasm, instantiateWasm, type WasmExports, type WasmModule } from './web-assembly.ts';

const PAGE_BYTES = 65_536;
/** A cache line. */
const ALIGNMENT = 64;
/** Bytes of a table, as ../../learning/backend/kernels/graph/instruction.h has it: where it lies, and whether in bytes. */
const TABLE_BYTES = 8;
const TABLES = 16;

/** What ../../learning/backend/kernels/graph/program.c exports; addresses are in bytes. */
interface Kernels extends WasmExports {
  lanes(): number;
  slots(): number;
  run(memory: number, tables: number, from: number, to: number): number;
}

const aligned = (address: number): number => Math.ceil(address / ALIGNMENT) * ALIGNMENT;

/** A memory with an instance of its own; rows of tables are fetched from where they are as they are asked for. */
function open(module: WasmModule, words: number) {
  let given: readonly TableRows[] = [];
  const fetch = (table = 0, row = 0, width = 0, to = 0): void => {
    const { buffer, byteOffset, BYTES_PER_ELEMENT: size } = given[table]!;
    bytes.set(new Uint8Array(buffer, byteOffset + row * width * size, width * size), to);
  };
  const { memory, run, __heap_base } = instantiateWasm<Kernels>(module, { tables: { fetch } });
  const tables = aligned(__heap_base.value);
  const base = tables + aligned(TABLES * TABLE_BYTES);
  const end = base + 4 * words;
  if (end > memory.buffer.byteLength) memory.grow(Math.ceil((end - memory.buffer.byteLength) / PAGE_BYTES));
  const bytes = new Uint8Array(memory.buffer);
  const integers = new Int32Array(memory.buffer, base, words);
  const kinds = new Int32Array(memory.buffer, tables, (TABLES * TABLE_BYTES) / 4);
  return {
    integers,
    floats: new Float32Array(memory.buffer, base, words),
    run(rows: readonly TableRows[], from: number, to: number): number {
      given = rows;
      rows.forEach((each, k) => {
        kinds[2 * k + 1] = Number(each instanceof Uint8Array);
      });
      return run(base, tables, from, to);
    },
  };
}

let loaded: Engine | undefined;

function load(): Engine {
  const module = compileWasm(WASM);
  const { lanes, slots } = instantiateWasm<Kernels>(module, { tables: { fetch: () => undefined } });
  return { lanes: lanes(), slots: slots(), open: (words) => open(module, words) };
}

/** The kernels as WebAssembly with SIMD, without relaxed instructions: the same bits everywhere. */
export function wasmEngine(): Engine {
  loaded ??= load();
  return loaded;
}
