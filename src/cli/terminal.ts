/** Where a verb's words go: results to stdout, everything said on the way to stderr. */
export interface Terminal {
  /** A line of the result. */
  print(line: string): void;
  /** A line for the person who waits. */
  say(line: string): void;
  /** Columns that a line may have. */
  readonly width: number;
}

const WIDTH = { least: 60, usual: 80, most: 100 } as const;

/** Characters that a terminal takes for orders, or that turn the order of others round; lines and tabs stay. */
const ORDERS = /(?![\n\t])\p{Cc}|[\u202a-\u202e\u2066-\u2069]/gu;

/** A text with such characters spelled out, as JSON does: names and traces come from anywhere. */
export const harmless = (text: string): string =>
  text.replaceAll(ORDERS, (each) => `\\u${each.charCodeAt(0).toString(16).padStart(4, '0')}`);

export const terminal: Terminal = {
  print: (line) => void process.stdout.write(`${harmless(line)}\n`),
  say: (line) => void process.stderr.write(`${harmless(line)}\n`),
  width: Math.max(WIDTH.least, Math.min(process.stdout.columns ?? WIDTH.usual, WIDTH.most)),
};

export const printJson = (to: Terminal, value: unknown): void => to.print(JSON.stringify(value));
