import { z } from 'zod';

/**
 * A replaceable part of a scenario (a fading model, a split, an algorithm): its kind, name and options as data, and the
 * function that makes the working value from checked options. Because options stay data until a run begins, a scenario
 * can be printed, digested, checked as a whole, and overridden from the command line (`--set channel.fading=rician`).
 */
export interface Part<Contract> {
  readonly kind: string;
  readonly name: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly schema: z.ZodType;
  readonly make: (options: never) => Contract;
}

/** What a builder such as `rician` is: call it with options to get a part. */
export interface PartBuilder<Input, Contract> {
  (options?: Input): Part<Contract>;
  readonly kind: string;
  readonly partName: string;
  readonly schema: z.ZodType;
}

/**
 * Defines a part: the builder that it returns is what a scenario calls.
 *
 * @param kind   the slot it fits in, for example `fading`
 * @param name   its name on the command line, in kebab case
 * @param schema a zod object with a default or description for each option, in SI units
 * @param make   from checked options to the working value; called once per run
 * @example const rician = part('fading', 'rician', z.strictObject({ k: z.number().min(0).default(5) }), ({ k }) => …)
 */
export function part<Schema extends z.ZodObject, Contract>(
  kind: string,
  name: string,
  schema: Schema,
  make: (options: z.output<Schema>) => Contract,
): PartBuilder<z.input<Schema>, Contract> {
  const build = (options: z.input<Schema> = {} as z.input<Schema>): Part<Contract> => ({
    kind,
    name,
    options: options as Record<string, unknown>,
    schema,
    make,
  });
  return Object.assign(build, { kind, partName: name, schema });
}

/** Options of a scenario that belong together, under one name: `--set links=relay` sets all of them. */
export interface Preset<Options> {
  (): Options;
  readonly kind: string;
  readonly partName: string;
  readonly schema: z.ZodType;
  readonly isPreset: true;
}

/**
 * Defines a preset, which a scenario spreads into its options: `scenario({ …, ...relay() })`.
 *
 * @param kind what it sets together, for example `links`; on the command line, its option
 */
export const preset = <Options extends object>(kind: string, name: string, make: () => Options): Preset<Options> =>
  Object.assign(() => make(), { kind, partName: name, schema: z.strictObject({}), isPreset: true as const });

export const isPart = (value: unknown): value is Part<unknown> =>
  typeof value === 'object' && value !== null && 'kind' in value && 'make' in value && 'schema' in value;

/** The working value of a part, or the value itself where a user gave one of their own. */
export function realise<Contract>(slot: Part<Contract> | Contract): Contract {
  if (!isPart(slot)) return slot;
  return (slot as Part<Contract>).make(slot.schema.parse(slot.options) as never);
}

const withArticle = (noun: string): string => `${/^[aeiou]/.test(noun) ? 'an' : 'a'} ${noun}`;

/** Accepts a user's own object where it has these methods. */
export const having =
  (...methods: readonly string[]) =>
  (value: unknown): boolean =>
    typeof value === 'object' &&
    value !== null &&
    methods.every((name) => typeof (value as Record<string, unknown>)[name] === 'function');

/**
 * A zod type for an option that takes a part of `kind`, or a value of the user's own that does the same job (a plain
 * function or object, where `own` accepts it). Problems inside the part's options are reported under the option's path.
 */
export function slot<Contract>(kind: string, own: (value: unknown) => boolean = () => false) {
  return z.custom<Part<Contract> | Contract>().superRefine((value, context) => {
    if (!isPart(value)) {
      if (!own(value)) context.addIssue({ code: 'custom', message: `expected ${withArticle(kind)}` });
      return;
    }
    if (value.kind !== kind) {
      context.addIssue({
        code: 'custom',
        message: `expected ${withArticle(kind)}, got the ${value.kind} "${value.name}"`,
      });
      return;
    }
    const checked = value.schema.safeParse(value.options);
    for (const issue of checked.error?.issues ?? []) context.addIssue({ ...issue } as never);
  });
}

/** Name of a folder or file as an option: no operating system takes a NUL in one. */
export const pathOption = z
  .string()
  .min(1)
  .refine((path) => !path.includes('\0'), 'expected no NUL');
