type Child = Node | string | undefined;

/** Makes an element: `h('button', { type: 'button' }, 'fit')`. An attribute that is false or undefined is left out. */
export function h<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Readonly<Record<string, string | number | boolean | undefined>> = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false) element.setAttribute(name, value === true ? '' : String(value));
  }
  element.append(...children.filter((each) => each !== undefined));
  return element;
}

export interface TableOptions {
  readonly caption: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** A table whose first column names its rows. */
export function dataTable({ caption, head, rows }: TableOptions): HTMLElement {
  const table = h(
    'table',
    {},
    h('caption', {}, caption),
    h('thead', {}, h('tr', {}, ...head.map((each) => h('th', { scope: 'col' }, each)))),
    h(
      'tbody',
      {},
      ...rows.map(([first = '', ...rest]) =>
        h('tr', {}, h('th', { scope: 'row' }, first), ...rest.map((each) => h('td', {}, each))),
      ),
    ),
  );
  // It scrolls by itself where it is wide, and keys must reach it for that.
  return h('div', { class: 'table', tabindex: 0, role: 'region', 'aria-label': caption }, table);
}

const ROWS_MOST = 60;

/** Every so many rows, the last among them. */
export function thinned<Row>(rows: readonly Row[], most = ROWS_MOST): readonly Row[] {
  if (rows.length <= most) return rows;
  const stride = Math.ceil(rows.length / (most - 1));
  return rows.filter((_row, index) => index % stride === 0 || index === rows.length - 1);
}

/** Offers text as a file. */
export function download(name: string, href: string): void {
  h('a', { href, download: name }).click();
}
