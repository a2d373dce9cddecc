import { escapeHtml } from './html.js';

/** A cell of a table: a text, or HTML that is taken as it is. */
export interface Cell {
  readonly text?: string;
  readonly html?: string;
  /** Numbers are set to the right. */
  readonly number?: boolean;
  /** Small print below the text. */
  readonly note?: string;
  readonly className?: string;
}

/** A cell with a number, and perhaps small print below it. */
export function numberCell(text: string, note?: string): Cell {
  return { text, number: true, ...(note === undefined ? {} : { note }) };
}

/** A row, its first cell the heading. */
export interface Row {
  readonly cells: readonly Cell[];
  readonly className?: string;
}

/** A table that scrolls sideways on its own when the page is narrow. The first cell of a row is its heading. */
export function tableHtml(
  caption: string,
  head: readonly Cell[],
  rows: readonly Row[],
  className?: string,
): string {
  const body = rows.map(({ cells: [first, ...rest], className: name }) => {
    const columns = rest.map((entry) => cellHtml(entry, 'td', '')).join('');
    return `<tr${classOf(name)}>${cellHtml(first!, 'th', ' scope="row"')}${columns}</tr>`;
  });
  return (
    `<div${classOf('scroll', className)} tabindex="0" role="region" aria-label="${escapeHtml(caption)}"><table>` +
    `<caption>${escapeHtml(caption)}</caption>` +
    `<thead><tr>${head.map((entry) => cellHtml(entry, 'th', ' scope="col"')).join('')}</tr></thead>` +
    `<tbody>${body.join('')}</tbody></table></div>`
  );
}

function cellHtml(
  { text = '', html = escapeHtml(text), number, note, className }: Cell,
  tag: string,
  scope: string,
) {
  const small = note === undefined ? '' : `<small>${escapeHtml(note)}</small>`;
  return `<${tag}${scope}${classOf(number === true ? 'number' : undefined, className)}>${html}${small}</${tag}>`;
}

function classOf(...names: readonly (string | undefined)[]): string {
  const given = names.filter((name) => name !== undefined);
  return given.length === 0 ? '' : ` class="${given.join(' ')}"`;
}
