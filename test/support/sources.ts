import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseAst } from 'vitest/node';

/** Root of the repository. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [field: string]: unknown;
}

export interface Source {
  readonly path: string;
  readonly text: string;
  readonly program: Node;
  readonly imports: readonly string[];
}

export const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && 'type' in value && 'start' in value;

export const children = (node: Node): Node[] =>
  Object.values(node)
    .flatMap((value) => (Array.isArray(value) ? value : [value]))
    .filter(isNode);

/** Every node below and including one, with its ancestors, nearest first. */
export function* walk(node: Node, above: readonly Node[] = []): Generator<readonly [Node, readonly Node[]]> {
  yield [node, above];
  const path = [node, ...above];
  for (const child of children(node)) yield* walk(child, path);
}

export function filesIn(folder: string): string[] {
  if (!existsSync(join(ROOT, folder))) return [];
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .map((path) => posix.join(folder, path.replaceAll('\\', '/')))
    .filter((path) => path.endsWith('.ts') && !path.endsWith('.d.ts'))
    .sort();
}

export function read(path: string): Source {
  const text = readFileSync(join(ROOT, path), 'utf8');
  const program = parseAst(text, { lang: 'ts' }) as unknown as Node;
  const imports = [...walk(program)].flatMap(([node]) => {
    const source = node.source as { value?: string } | null | undefined;
    const isImport = [
      'ImportDeclaration',
      'ExportNamedDeclaration',
      'ExportAllDeclaration',
      'ImportExpression',
      'TSImportType',
    ].includes(node.type);
    return isImport && typeof source?.value === 'string' ? [resolved(path, source.value)] : [];
  });
  return { path, text, program, imports };
}

/** A relative import as a path from the root; any other as it is. */
const resolved = (from: string, specifier: string): string =>
  specifier.startsWith('.') ? posix.join(dirname(from), specifier) : specifier;

export const lineOf = ({ text }: Source, { start }: Node): number => text.slice(0, start).split('\n').length;

export interface Measured {
  readonly name: string;
  readonly lines: number;
}

export const FUNCTIONS = new Set(['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression']);

export function functionsOf({ path, text, program }: Source): Measured[] {
  return [...walk(program)].flatMap(([node, [parent]]) => {
    if (!FUNCTIONS.has(node.type)) return [];
    const named = [node.id, parent?.id, parent?.key].find((each) => isNode(each) && typeof each.name === 'string') as
      | Node
      | undefined;
    const lines = text.slice(node.start, node.end).split('\n').length;
    return [
      { name: `${path}:${(named?.name as string) ?? lineOf({ path, text, program, imports: [] }, node)}`, lines },
    ];
  });
}

/** Names that a node declares: variables, parameters, functions, types and the fields of types. */
export function declared([node, [parent]]: readonly [Node, readonly Node[]]): string[] {
  if (node.type === 'VariableDeclarator') return bound(node.id as Node);
  if (FUNCTIONS.has(node.type))
    return [...bound(node.id as Node | null), ...((node.params as Node[]) ?? []).flatMap(bound)];
  if (['TSTypeAliasDeclaration', 'TSInterfaceDeclaration', 'ClassDeclaration'].includes(node.type))
    return bound(node.id as Node);
  if (['TSPropertySignature', 'TSMethodSignature', 'PropertyDefinition', 'MethodDefinition'].includes(node.type))
    return bound(node.key as Node);
  return node.type === 'CatchClause' && parent !== undefined ? bound(node.param as Node | null) : [];
}

function bound(pattern: Node | null | undefined): string[] {
  if (!isNode(pattern)) return [];
  if (pattern.type === 'Identifier' || pattern.type === 'PrivateIdentifier') return [pattern.name as string];
  if (pattern.type === 'ObjectPattern')
    return (pattern.properties as Node[]).flatMap((each) => bound((each.value ?? each.argument) as Node));
  if (pattern.type === 'ArrayPattern') return (pattern.elements as (Node | null)[]).flatMap(bound);
  if (pattern.type === 'AssignmentPattern') return bound(pattern.left as Node);
  return pattern.type === 'RestElement' ? bound(pattern.argument as Node) : [];
}

/** Whether an identifier stands for itself, not for a field of something. */
export function isFree(node: Node, parent: Node | undefined): boolean {
  if (parent === undefined) return true;
  const isField = parent.type === 'MemberExpression' && parent.property === node && parent.computed !== true;
  const isKey = parent.key === node && parent.computed !== true && parent.shorthand !== true;
  return !isField && !isKey && !parent.type.startsWith('TS');
}
