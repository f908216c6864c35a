/** Kinds of events with their fields, in order, as the texts of the catalogue of events declare them. */
export function eventKinds(catalogue: string): (readonly [kind: string, fields: readonly string[]])[] {
  const source = catalogue.replace(/\/\*\*[\s\S]*?\*\//g, '');
  const fieldsOf = (body = '') => [...body.matchAll(/readonly (\w+)\??:/g)].map(([, field]) => field as string);
  // Fields of an interface, with those that it extends.
  const ofInterface = (name: string): string[] => {
    const [, above, body] = new RegExp(`interface ${name}( extends [^{]+)? \\{([^}]+)\\}`).exec(source) ?? [];
    const parents = [...(above ?? '').matchAll(/\b(?!extends|Partial)([A-Z]\w+)/g)].map(
      ([, parent]) => parent as string,
    );
    return [...parents.flatMap(ofInterface), ...fieldsOf(body)];
  };
  return [...source.matchAll(/\{\s*readonly type: '([^']+)'([^}]*)\}(?: & (\w+))?/g)].map(([, kind, body, also]) => {
    return [kind as string, [...fieldsOf(body), ...(also === undefined ? [] : ofInterface(also))].sort()] as const;
  });
}
