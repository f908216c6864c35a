import { createHash } from 'node:crypto';
import type { Fact } from '../event.ts';

/** Digests of a trace, 16 hexadecimal digits each. */
export interface Fingerprint {
  /** Of each fact's kind, actor and round: what happened in which order. */
  readonly order: string;
  /** Of each line, to the byte: times and numbers too. */
  readonly values: string;
}

const DIGITS = 16;
/** Characters that are hashed at once, about: hashing line by line would cost more than the lines. */
const CHUNK = 1 << 15;

/** Takes in the facts of a run as they are recorded. */
export function fingerprinting() {
  const order = chunked();
  const values = chunked();
  return {
    add(actor: string, fact: Fact, text: string): void {
      order.add('round' in fact ? `${fact.type} ${actor} ${fact.round}` : `${fact.type} ${actor}`);
      values.add(text);
    },
    end: (): Fingerprint => ({ order: order.end(), values: values.end() }),
  };
}

function chunked() {
  const hash = createHash('sha256');
  let pending = '';
  return {
    add(text: string): void {
      pending += text;
      pending += '\n';
      if (pending.length < CHUNK) return;
      hash.update(pending);
      pending = '';
    },
    end(): string {
      hash.update(pending);
      return hash.digest('hex').slice(0, DIGITS);
    },
  };
}
