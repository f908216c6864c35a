import { isDeepStrictEqual } from 'node:util';
import { SimulationError } from '../errors.ts';
import { type Source, streams } from '../math/streams.ts';

/** How thoroughly a suite looks. */
export interface Thoroughness {
  /** What the inputs are drawn by; 1 by default. Same seed, same inputs. */
  readonly seed?: number;
  /** Inputs to try, from small ones to large ones; 200 by default. */
  readonly cases?: number;
}

/** One thing that a contract asks: what is wrong with an answer, or undefined. */
export interface Rule<Input> {
  readonly name: string;
  broken(answer: never, input: Input, ask: (input: Input) => unknown): string | undefined;
}

/** A contract: how to make inputs, how to ask the policy, and the rules that its answers keep. */
export interface Contract<Input> {
  readonly name: string;
  /** @param size 1, 2, …: how large the input may be */
  make(draw: Source, size: number): Input;
  /** Smaller inputs that may break the same rule. */
  smaller(input: Input): readonly Input[];
  /** Asks with an input of which the policy may do as it likes: it is a copy. */
  ask(input: Input): unknown;
  readonly rules: readonly Rule<Input>[];
}

interface Violation {
  readonly rule: string;
  readonly what: string;
}

const CASES = 200;
const SIZE_MAX = 12;
/** Characters of a counterexample in a message. */
const SHOWN = 1000;

/** Tries a policy on generated inputs; throws a SimulationError (POLICY_INVALID) that names the first rule it breaks. */
export function check<Input>(contract: Contract<Input>, { seed = 1, cases = CASES }: Thoroughness = {}): void {
  const stream = streams(seed)(`conformance/${contract.name}`);
  for (let index = 0; index < cases; index += 1) {
    const input = contract.make(stream.at(index), 1 + Math.floor((index * SIZE_MAX) / cases));
    const found = violation(contract, input);
    if (found !== undefined) throw refusal(contract, shrunk(contract, input, found));
  }
}

function violation<Input>(contract: Contract<Input>, input: Input): Violation | undefined {
  try {
    const given = structuredClone(input);
    const answer = snapshot(contract.ask(given));
    if (!isDeepStrictEqual(given, input)) return { rule: 'leaves its input as it was', what: 'it changed its input' };
    // Something else in between: a policy that remembers gives itself away.
    for (const other of contract.smaller(input).slice(0, 1)) contract.ask(structuredClone(other));
    const again = contract.ask(structuredClone(input));
    if (!isDeepStrictEqual(snapshot(again), answer)) {
      return { rule: 'gives the same answer twice', what: `first ${show(answer)}, then ${show(again)}` };
    }
    const ask = (each: Input): unknown => contract.ask(structuredClone(each));
    for (const { name, broken } of contract.rules) {
      const what = broken(answer as never, input, ask);
      if (what !== undefined) return { rule: name, what };
    }
    return undefined;
  } catch (error) {
    return { rule: 'does not throw', what: `it threw: ${error instanceof Error ? error.message : String(error)}` };
  }
}

/** A copy that later changes don't reach; what can't be copied, a promise for example, is left to the rules. */
function snapshot(answer: unknown): unknown {
  try {
    return structuredClone(answer);
  } catch {
    return String(answer);
  }
}

/** Takes away from an input for as long as the same rule breaks. */
function shrunk<Input>(contract: Contract<Input>, input: Input, found: Violation): Violation & { input: Input } {
  for (const each of contract.smaller(input)) {
    const still = violation(contract, each);
    if (still?.rule === found.rule) return shrunk(contract, each, still);
  }
  return { ...found, input };
}

const refusal = <Input>({ name }: Contract<Input>, { rule, what, input }: Violation & { input: Input }) =>
  new SimulationError({
    what: `invalid ${name} policy: it breaks the rule "${rule}": ${what}`,
    where: `given ${show(input, SHOWN)}`,
    remedy: 'mend the policy; policies are pure functions of what they are given',
    code: 'POLICY_INVALID',
  });

/** JSON with what it lacks: NaN, infinities, undefined. */
export function show(value: unknown, most = 120): string {
  const text =
    JSON.stringify(value, (_, each) => {
      const isPlain = typeof each !== 'number' || Number.isFinite(each);
      return isPlain && typeof each !== 'function' && each !== undefined ? each : String(each);
    }) ?? String(value);
  return text.length > most ? `${text.slice(0, most)}…` : text;
}

/** A list without each of its members in turn; at least `least` are left. */
export const without = <Value>(list: readonly Value[], least = 1): readonly (readonly Value[])[] =>
  list.length <= least ? [] : list.map((_, at) => list.toSpliced(at, 1));

/** What is wrong with weights, or undefined. */
export function weightProblem(weights: unknown, count: number): string | undefined {
  if (!Array.isArray(weights)) return `a list expected, got ${show(weights)}`;
  if (weights.length !== count) return `${count} weights expected, got ${weights.length}`;
  const wrong = weights.findIndex((each) => !(Number.isFinite(each) && each >= 0));
  return wrong < 0 ? undefined : `weight ${wrong} is ${show(weights[wrong])}`;
}

/** A whole number from 0 to most. */
export const upTo = (draw: Source, most: number): number => Math.floor(draw() * (most + 1));

/** One of a few values: ties are frequent. */
export const oneOf = <Value>(draw: Source, values: readonly Value[]): Value =>
  values[upTo(draw, values.length - 1)] as Value;

/** A list of `count` values. */
export const listOf = <Value>(count: number, make: (at: number) => Value): Value[] =>
  Array.from({ length: count }, (_, at) => make(at));
