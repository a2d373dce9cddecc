import { escapeHtml, pageHtml } from '@synaprune/examples-kit/report/html';

export { escapeHtml, pageHtml };

/** A cell of a table. `html` is taken as it is; numbers are set to the right. */
export interface Cell {
  readonly text?: string;
  readonly html?: string;
  readonly className?: string;
}

/** A cell with a number. */
export const number = (text: string): Cell => ({ text, className: 'number' });

/** A table that scrolls sideways on its own when the page is narrow. The first cell of a row is its heading. */
export function tableHtml(
  caption: string,
  head: readonly Cell[],
  rows: readonly { readonly cells: readonly Cell[]; readonly className?: string }[],
  className = '',
): string {
  const cell = ({ text = '', html = escapeHtml(text), className: name }: Cell, tag: string, scope: string) =>
    `<${tag}${scope}${name === undefined ? '' : ` class="${name}"`}>${html}</${tag}>`;
  const body = rows.map(({ cells: [first, ...rest], className: name = '' }) => {
    const columns = rest.map((entry) => cell(entry, 'td', '')).join('');
    return `<tr class="${name}">${cell(first!, 'th', ' scope="row"')}${columns}</tr>`;
  });
  return (
    `<div class="scroll ${className}" tabindex="0" role="region" aria-label="${escapeHtml(caption)}"><table>` +
    `<caption>${escapeHtml(caption)}</caption>` +
    `<thead><tr>${head.map((entry) => cell(entry, 'th', ' scope="col"')).join('')}</tr></thead>` +
    `<tbody>${body.join('')}</tbody></table></div>`
  );
}
