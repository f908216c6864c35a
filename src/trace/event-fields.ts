/**
 * What the fields of events may hold, by name: each name means the same in every kind of event. A trace is outside's input,
 * and all that reads events relies on this; so a line is checked once, as it is read.
 */

type Check = (value: unknown) => boolean;

const isText: Check = (value) => typeof value === 'string';
const isTextOrNone: Check = (value) => value === null || isText(value);
/** What is not finite stands as null. */
const isNumber: Check = (value) => value === null || Number.isFinite(value);
const isTrue: Check = (value) => value === true;
const listOf =
  (isEach: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(isEach);
const isTexts = listOf(isText);
const isNumbers = listOf(isNumber);
const isEither: Check = (value) => isNumber(value) || isNumbers(value);
const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
const isSlots = listOf((value) => isRecord(value) && isText(value.slot) && isText(value.model));
const isControl: Check = (value) =>
  isRecord(value) && Object.entries(value).every(([name, model]) => ['plus', 'minus'].includes(name) && isText(model));

const named = (check: Check, ...names: readonly string[]): [string, Check][] => names.map((name) => [name, check]);

const CHECKS: ReadonlyMap<string, Check> = new Map([
  ...named(isText, 'actor', 'kind', 'from', 'to', 'peer', 'member', 'client', 'a', 'model', 'shared', 'base'),
  ...named(isTextOrNone, 'b'),
  ...named(isTexts, 'cohort', 'candidates', 'senders', 'makers', 'servers'),
  ...named(
    isNumbers,
    'weights',
    'shares',
    'powers',
    'probabilities',
    'staleness',
    'tiers',
    'discarded',
    'sharedWeights',
  ),
  ...named(isNumbers, 'serverAccuracies', 'serverLosses'),
  ...named(isEither, 'localSteps', 'snrDb', 'samplingError'),
  ...named(isSlots, 'memory'),
  ...named(isControl, 'control'),
  ...named(isTrue, 'skipped'),
]);

/** Name of the first field that holds what it can't; undefined where all is right. Names that are not listed hold numbers. */
export function wrongField(event: Readonly<Record<string, unknown>>): string | undefined {
  if (!Number.isSafeInteger(event.at) || (event.at as number) < 0) return 'at';
  if (!isText(event.actor)) return 'actor';
  if (!isText(event.kind)) return 'kind';
  for (const name in event) {
    const value = event[name];
    const check = CHECKS.get(name);
    if (check === undefined ? !isNumber(value) : !check(value)) return name;
  }
  return undefined;
}
