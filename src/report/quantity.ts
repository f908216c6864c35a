/** Quantities as a person reads them: three significant digits, engineering prefixes, spans of time in two units. */

const PREFIXES: readonly (readonly [factor: number, prefix: string])[] = [
  ...([
    [1e18, 'E'],
    [1e15, 'P'],
    [1e12, 'T'],
    [1e9, 'G'],
    [1e6, 'M'],
    [1e3, 'k'],
    [1, ''],
  ] as const),
  ...([
    [1e-3, 'm'],
    [1e-6, 'µ'],
    [1e-9, 'n'],
    [1e-12, 'p'],
    [1e-15, 'f'],
  ] as const),
];
const NO_PREFIX = 6;
const DIGITS = 3;

/**
 * A number with three significant digits and an engineering prefix.
 *
 * @example quantity(251_000_000, 'bit') // '251 Mbit'
 */
export function quantity(value: number, unit: string): string {
  if (!Number.isFinite(value) || value === 0) return `${value} ${unit}`;
  // Rounded first, so that 999.9 becomes 1.00 k and not 1000.
  const rounded = Number(Math.abs(value).toPrecision(DIGITS));
  const at = PREFIXES.findIndex(([factor]) => rounded >= factor);
  const [factor, prefix] = PREFIXES[at < 0 ? PREFIXES.length - 1 : at] ?? [1, ''];
  const digits =
    at === NO_PREFIX && Number.isInteger(value) ? String(Math.abs(value)) : (rounded / factor).toPrecision(DIGITS);
  return `${value < 0 ? '−' : ''}${digits} ${prefix}${unit}`;
}

const SPANS: readonly (readonly [seconds: number, unit: string])[] = [
  [86_400, 'd'],
  [3600, 'h'],
  [60, 'm'],
  [1, 's'],
];

/**
 * A span of time: below two minutes in seconds or less, above it in two units.
 *
 * @param seconds [s], ≥ 0
 * @example span(723) // '12 m 3 s'
 */
export function span(seconds: number): string {
  if (!Number.isFinite(seconds)) return '–';
  if (Number(seconds.toPrecision(DIGITS)) < 120) return seconds === 0 ? '0 s' : quantity(seconds, 's');
  const whole = Math.round(seconds);
  const at = SPANS.findIndex(([size]) => whole >= size);
  const [size, unit] = SPANS[at] as [number, string];
  const [small, smallUnit] = SPANS[at + 1] as [number, string];
  const units = Math.round((whole % size) / small);
  const isFull = units * small === size;
  const [big, rest] = [Math.floor(whole / size) + (isFull ? 1 : 0), isFull ? 0 : units];
  return rest === 0 ? `${big} ${unit}` : `${big} ${unit} ${rest} ${smallUnit}`;
}

/** An integer with a comma between thousands. */
export const count = (value: number): string => String(value).replace(/\B(?=(\d{3})+$)/g, ',');

/** A word in the number that fits: `1 round`, `2 rounds`. */
export const plural = (value: number, word: string): string => `${count(value)} ${word}${value === 1 ? '' : 's'}`;

/** An accuracy or a loss: four decimals, a dash where there is none. */
export const score = (value: number | null): string => (value === null || Number.isNaN(value) ? '–' : value.toFixed(4));
