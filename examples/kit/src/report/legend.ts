import { escapeHtml } from './html.js';

/** One entry of a legend, drawn as the chart draws it. */
export interface LegendEntry {
  readonly label: string;
  readonly colour: string;
  /** A line of this dash pattern (empty for solid), or `null` for the symbol alone. */
  readonly dash: readonly number[] | null;
  readonly symbol?: 'circle' | 'diamond' | 'triangle' | 'arrow' | 'rect';
}

const SYMBOLS = {
  circle: '<circle cx="15" cy="6" r="3.4"/>',
  diamond: '<path d="M15 1.6L19.4 6L15 10.4L10.6 6Z"/>',
  triangle: '<path d="M15 1.8L19.4 9.8H10.6Z"/>',
  arrow: '<path d="M15 1.4L19.2 10.4L15 7.6L10.8 10.4Z"/>',
  rect: '<path d="M11.8 2.8h6.4v6.4h-6.4z"/>',
} as const;

/** A legend as text that wraps, in the page's own type. */
export function legendHtml(entries: readonly LegendEntry[]): string {
  const items = entries.map(({ label, colour, dash, symbol }) => {
    const line =
      dash === null
        ? ''
        : `<path d="M0 6H30" fill="none" stroke="${colour}" stroke-width="2" stroke-dasharray="${dash.join(' ') || 'none'}"/>`;
    const mark = symbol === undefined ? '' : `<g fill="${colour}">${SYMBOLS[symbol]}</g>`;
    return `<li><svg viewBox="0 0 30 12" aria-hidden="true" focusable="false">${line}${mark}</svg>${escapeHtml(label)}</li>`;
  });
  return `<ul class="legend">${items.join('')}</ul>`;
}
