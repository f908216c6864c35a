import type { Unpacked } from '../reduction/packing.ts';

/** A run on the page, with the name by which it goes among the others. */
export interface Run extends Unpacked {
  readonly label: string;
  /** Place among the runs, for its colour. */
  readonly index: number;
}

const WORDS_MOST = 3;

/** Names runs by what tells them apart: options that differ, else their folders. */
export function named(all: readonly Unpacked[]): Run[] {
  const options = all.map(({ record }) => flat(record.header.options));
  const paths = [...new Set(options.flatMap((each) => [...each.keys()]))];
  const differing = paths.filter((path) => new Set(options.map((each) => each.get(path))).size > 1 && path !== 'name');
  const labels = all.map(({ record }, index) => {
    const words = differing.map((path) => [shortName(path), options[index]?.get(path)] as const);
    const said = words.flatMap(([name, value]) => (value === undefined ? [] : [`${name} ${value}`]));
    const isShort = said.length > 0 && differing.length <= WORDS_MOST;
    return all.length > 1 && isShort ? said.join(', ') : record.title;
  });
  const isClear = new Set(labels).size === labels.length;
  return all.map((each, index) => ({
    ...each,
    index,
    label: isClear ? (labels[index] as string) : `${labels[index]} (${index + 1})`,
  }));
}

/** The leaves of plain options by their paths; a part without options is its name. */
export function flat(value: unknown, path = ''): Map<string, string> {
  if (typeof value !== 'object' || value === null) return new Map([[path, String(value)]]);
  const entries = Object.entries(value);
  if (entries.length === 0) return new Map([[path, '–']]);
  const leaves = new Map<string, string>();
  for (const [key, each] of entries) {
    for (const [inner, leaf] of flat(each, path === '' ? key : `${path}.${key}`)) leaves.set(inner, leaf);
  }
  return leaves;
}

const shortName = (path: string): string => path.split('.').slice(-2).join('.');
