/** The parts of the engine's WebAssembly that are used here; the compiler's libraries have them for browsers only. */
interface Memory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

/** A compiled module, from which instances with memories of their own are made. */
export interface WasmModule {
  readonly kind?: never;
}

/** What an instance exports besides functions. */
export interface WasmExports {
  readonly memory: Memory;
  readonly __heap_base: { readonly value: number };
}

/** Functions that an instance calls, by module and name. */
export type WasmImports = Readonly<Record<string, Readonly<Record<string, (...numbers: number[]) => void>>>>;

interface WebAssembly {
  readonly Module: new (bytes: Uint8Array) => WasmModule;
  readonly Instance: new (module: WasmModule, imports: WasmImports) => { readonly exports: object };
}

const { Module, Instance } = (globalThis as unknown as { readonly WebAssembly: WebAssembly }).WebAssembly;

/** Compiles a module, in this thread and at once. */
export const compileWasm = (base64: string): WasmModule => new Module(Buffer.from(base64, 'base64'));

/** A fresh instance's exports. */
export const instantiateWasm = <Exports extends WasmExports>(module: WasmModule, imports: WasmImports = {}): Exports =>
  new Instance(module, imports).exports as Exports;
