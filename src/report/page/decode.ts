import { type Unpacked, unpack } from '../reduction/packing.ts';

/** A run out of the page or off the wire: base64 of deflated bytes. */
export async function decode(text: string): Promise<Unpacked> {
  const bytes = Uint8Array.from(atob(text.trim()), (each) => each.charCodeAt(0));
  const inflated = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
  return unpack(new Uint8Array(await new Response(inflated).arrayBuffer()));
}
