/** Text made safe for HTML, in elements and in quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);
}

/** The same of a sentence or a number: no line ends between a number and its unit. Names in double quotes stay as they are. */
export function sentenceHtml(text: string): string {
  const parts = text.split(/("(?:[^"\\]|\\.)*")/);
  return escapeHtml(
    parts.map((part, i) => (i % 2 === 1 ? part : part.replace(UNIT_SPACE, '\u00a0'))).join(''),
  );
}

const UNIT_SPACE = /(?<=[<>]) (?=\d)|(?<=\d) (?=(?:%|×|[kMG]?B\b|[µm]?s\b))/g;

/** A part of a page under a heading. */
export function sectionHtml(heading: string, content: string): string {
  return `<section><h2>${escapeHtml(heading)}</h2>\n${content}</section>`;
}

/** A cell of a table: a text, and whether it is a number, which is set to the right. */
export interface Cell {
  readonly text: string;
  readonly number?: boolean;
}

/** A table that scrolls sideways on its own when the page is narrow. The first cell of a row is its heading. */
export function tableHtml(
  caption: string,
  head: readonly Cell[],
  rows: readonly (readonly Cell[])[],
): string {
  const cell = ({ text, number }: Cell, tag: string, scope = '') =>
    `<${tag}${scope}${number === true ? ' class="number"' : ''}>${number === true ? sentenceHtml(text) : escapeHtml(text)}</${tag}>`;
  const body = rows.map(([first, ...rest]) => {
    const columns = rest.map((each) => cell(each, 'td')).join('');
    return `<tr>${cell(first!, 'th', ' scope="row"')}${columns}</tr>`;
  });
  return (
    `<div class="scroll" tabindex="0" role="region" aria-label="${escapeHtml(caption)}"><table>` +
    `<caption>${escapeHtml(caption)}</caption>` +
    `<thead><tr>${head.map((each) => cell(each, 'th', ' scope="col"')).join('')}</tr></thead>` +
    `<tbody>${body.join('')}</tbody></table></div>`
  );
}
