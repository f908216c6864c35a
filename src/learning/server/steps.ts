import type { Parameters } from '../contract.ts';
import { digest } from '../digest.ts';
import * as codes from './coded.ts';
import type { ServerOutcome, ServerRound, ServerRule } from './contract.ts';
import * as rules from './rules.ts';

/** Where compute threads find the steps below. */
export const module = import.meta.url;

interface Digested {
  readonly parameters: Parameters;
  readonly digest: string;
}

/** What a server step returns: the model, and the slots of the memory that have changed. */
export interface ServerUpdate extends Digested {
  readonly memory: readonly (Digested & { readonly slot: string })[];
  readonly skipped?: true;
}

/** A rule as a step: with the digests that the trace shows. */
export const stepOf =
  <Options>(rule: ServerRule<Options> | ((round: ServerRound<Options>) => Promise<ServerOutcome>)) =>
  async (round: ServerRound<Options>): Promise<ServerUpdate> => {
    const { parameters, memory, skipped } = await rule(round);
    return {
      ...{ parameters, digest: digest(parameters) },
      memory: memory.map((slot) => ({ ...slot, digest: digest(slot.parameters) })),
      ...(skipped === undefined ? {} : { skipped }),
    };
  };

export const mimic = stepOf(rules.mimic);
export const mifa = stepOf(rules.mifa);
export const fedVarp = stepOf(rules.fedVarp);
export const naive = stepOf(rules.naive);
export const importance = stepOf(rules.importance);
export const scaffold = stepOf(rules.scaffold);

export const coded = stepOf(codes.coded);

/** What a client hands its server before the first round: its code, as one vector. */
export async function encodeRows(input: codes.EncodeInput): Promise<Digested> {
  const parameters = codes.encodeRows(input);
  return { parameters, digest: digest(parameters) };
}

/** Names of server steps. */
export type ServerStepName = 'mimic' | 'mifa' | 'fedVarp' | 'naive' | 'importance' | 'scaffold' | 'coded';
