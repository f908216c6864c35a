import { largest } from '../math/extremes.ts';

/** Aligned text for a terminal. Widths count characters; none of what we print is wider than one cell. */

const GAP = '  ';

const widthOf = (text: string): number => [...text].length;
const padded = (text: string, width: number): string => text + ' '.repeat(Math.max(0, width - widthOf(text)));

/** Rows with their cells aligned to the left; the last column is left ragged. */
export function table(rows: readonly (readonly string[])[], indent = ''): string[] {
  const columns = Math.max(0, largest(rows.map((row) => row.length)));
  const widths = Array.from({ length: columns }, (_, at) => largest(rows.map((row) => widthOf(row[at] ?? ''))));
  return rows.map((row) => {
    const cells = row.map((cell, at) => (at === row.length - 1 ? cell : padded(cell, widths[at] ?? 0)));
    return `${indent}${cells.join(GAP)}`.trimEnd();
  });
}

/** Text broken between words into lines of at most `width` characters. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/).filter((each) => each !== '')) {
    if (line !== '' && widthOf(line) + 1 + widthOf(word) > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return line === '' ? lines : [...lines, line];
}

/** Like `table`, with the last column broken between words so that no line is wider than `width`. */
export function wrappedTable(rows: readonly (readonly string[])[], width: number, indent = ''): string[] {
  const columns = Math.max(0, largest(rows.map((row) => row.length)));
  const heads = table(
    rows.map((row) => [...row.slice(0, columns - 1), '|']),
    indent,
  );
  const left = Math.max(0, largest(heads.map((line) => widthOf(line) - 1)));
  return rows.flatMap((row, at) => {
    const head = (heads[at] ?? '').slice(0, -1);
    const [first = '', ...rest] = wrap(row.length === columns ? (row.at(-1) ?? '') : '', Math.max(20, width - left));
    return [`${head}${first}`.trimEnd(), ...rest.map((line) => ' '.repeat(left) + line)];
  });
}
