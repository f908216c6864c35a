import { z } from 'zod';
import { isPart } from '../part.ts';

/** One option as a person needs it to set it. */
export interface OptionRow {
  /** Dotted path, as `--set` takes it. */
  readonly path: string;
  /** As `--set` would take it; the name of a part where a part is the default; undefined where there is none. */
  readonly default: string | undefined;
  readonly required: boolean;
  /** What it is, with its unit. */
  readonly description: string;
  /** Words it can be, where only some are meant. */
  readonly choices: readonly string[];
}

/** What zod's JSON Schema says of one option. */
interface Shape {
  readonly type?: string;
  readonly default?: unknown;
  readonly description?: string;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly required?: readonly string[];
}

/**
 * All options of a schema by dotted path, those of nested objects too.
 *
 * @param partNames names of the parts of a kind, for options that take a part
 */
export function optionRows(schema: z.ZodType, partNames: (kind: string) => readonly string[] = () => []): OptionRow[] {
  const shape = z.toJSONSchema(schema, { unrepresentable: 'any', io: 'input' }) as Shape;
  return rowsOf(shape, '', partNames);
}

function rowsOf(
  { properties = {}, required = [] }: Shape,
  above: string,
  partNames: (kind: string) => readonly string[],
): OptionRow[] {
  return Object.entries(properties).flatMap(([key, shape]) => {
    const path = above === '' ? key : `${above}.${key}`;
    if (shape.properties !== undefined) return rowsOf(shape, path, partNames);
    const takesPart = shape.type === undefined && shape.enum === undefined;
    const row = {
      ...{ path, default: sayDefault(shape.default), required: required.includes(key) },
      description: shape.description ?? '',
      choices: takesPart ? partNames(kindOf(shape, key)) : (shape.enum ?? []).map(String),
    };
    return [row];
  });
}

/** The kind of part that an option takes: that of its default, else the option's own name. */
const kindOf = ({ default: usual }: Shape, key: string): string => {
  const kind = (usual as { readonly kind?: unknown } | undefined)?.kind;
  return typeof kind === 'string' ? kind : key;
};

function sayDefault(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  const name = (value as { readonly name?: unknown } | null)?.name;
  if (isPart(value) || typeof name === 'string') return String(name);
  return typeof value === 'string' ? value : JSON.stringify(value);
}
