/** Words that somebody may have meant: those within a few slips of the pen, the nearest first. */
export function nearMisses(word: string, known: readonly string[]): string[] {
  const limit = Math.max(1, Math.floor(word.length / 3));
  return known
    .map((each) => ({ each, slips: distance(word.toLowerCase(), each.toLowerCase()) }))
    .filter(({ each, slips }) => slips <= limit || (word.length >= 3 && each.startsWith(word)))
    .sort((a, b) => a.slips - b.slips)
    .map(({ each }) => each);
}

/** The nearest of them as a question; nothing where none is near. */
export function didYouMean(word: string, known: readonly string[]): string | undefined {
  const [nearest] = nearMisses(word, known);
  return nearest === undefined ? undefined : `did you mean ${nearest}?`;
}

/** Levenshtein distance: letters to add, drop or change. */
function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, at) => at);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      const change = (row[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
