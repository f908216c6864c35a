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

export const terminal: Terminal = {
  print: (line) => void process.stdout.write(`${line}\n`),
  say: (line) => void process.stderr.write(`${line}\n`),
  width: Math.max(WIDTH.least, Math.min(process.stdout.columns ?? WIDTH.usual, WIDTH.most)),
};

export const printJson = (to: Terminal, value: unknown): void => to.print(JSON.stringify(value));
