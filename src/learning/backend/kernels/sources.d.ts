/** Where the sources lie. */
export const FOLDER: string;
/** Digest of the kernels' sources, 16 hexadecimal digits. */
export function digestOf(): string;
