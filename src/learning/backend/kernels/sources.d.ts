/** Where the sources lie. */
export const FOLDER: string;
/** What one WebAssembly module and one native library are made of. */
export interface Sources {
  readonly program: string;
  readonly addon: string;
  readonly binary: string;
  readonly entry: string;
  readonly sources: readonly string[];
}
export const KERNELS: { readonly kernels: Sources; readonly graph: Sources };
/** Digest of some kernels' sources, of layers' by default, 16 hexadecimal digits. */
export function digestOf(kernels?: Sources): string;
