/** The element of an id, of the type it is used as. */
export function byId<Type extends HTMLElement = HTMLElement>(id: string): Type {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`the page has no element #${id}`);
  return element as Type;
}

/** A new element with text or elements in it. */
export function make<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  content: string | readonly Node[] = '',
  attributes: Readonly<Record<string, string>> = {},
): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name);
  element.append(...(typeof content === 'string' ? [content] : content));
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}

/** Sets text only where it changed, so that nothing is announced or laid out for nothing. */
export function setText(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

/** A table: the first cell of a row heads it. */
export function fillTable(
  table: HTMLTableElement,
  {
    caption,
    head,
    rows,
    foot,
  }: {
    readonly caption: string;
    readonly head: readonly string[];
    readonly rows: readonly (readonly string[])[];
    readonly foot?: readonly string[];
  },
): void {
  const line = ([first = '', ...cells]: readonly string[]) =>
    make('tr', [make('th', first, { scope: 'row' }), ...cells.map((cell) => make('td', cell))]);
  // A column of row heads needs no name; an empty head would be read aloud as one.
  const columns = head.map((text) => (text === '' ? make('td') : make('th', text, { scope: 'col' })));
  table.replaceChildren(
    make('caption', caption, { class: 'visually-hidden' }),
    make('thead', [make('tr', columns)]),
    make('tbody', rows.map(line)),
    ...(foot === undefined ? [] : [make('tfoot', [line(foot)])]),
  );
}
