import { legible } from '@synaprune/core/checks';

/**
 * A page as it is written: with whatever names came from files, no control character is in it, and none that turns
 * the direction of writing.
 */
export function pageHtml(html: string): string {
  return legible(html, Number.POSITIVE_INFINITY);
}

/** Text made safe for HTML, in elements and in quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);
}

/** A cell of a table; numbers are set to the right. */
export interface Cell {
  readonly text: string;
  readonly number?: boolean;
  /** Small print below the text. */
  readonly note?: string;
}

/** A table that scrolls sideways on its own when the page is narrow. The first cell of a row is its heading. */
export function tableHtml(
  caption: string,
  head: readonly Cell[],
  rows: readonly { readonly cells: readonly Cell[]; readonly className?: string }[],
): string {
  const cell = ({ text, number, note }: Cell, tag: string, scope: string) =>
    `<${tag}${scope}${number === true ? ' class="number"' : ''}>${escapeHtml(text)}` +
    `${note === undefined ? '' : `<small>${escapeHtml(note)}</small>`}</${tag}>`;
  const body = rows.map(({ cells, className }) => {
    const [first, ...rest] = cells;
    const columns = rest.map((entry) => cell(entry, 'td', '')).join('');
    return `<tr${className === undefined ? '' : ` class="${className}"`}>${cell(first!, 'th', ' scope="row"')}${columns}</tr>`;
  });
  return (
    `<div class="scroll" tabindex="0" role="region" aria-label="${escapeHtml(caption)}"><table>` +
    `<caption>${escapeHtml(caption)}</caption>` +
    `<thead><tr>${head.map((entry) => cell(entry, 'th', ' scope="col"')).join('')}</tr></thead>` +
    `<tbody>${body.join('')}</tbody></table></div>`
  );
}
