import { COLOUR } from '@synaprune/examples-kit/report/chart';
import { escapeHtml } from '@synaprune/examples-kit/report/html';

/** What a diagram draws itself with. Lengths in the pixels of its view box. */
export interface Pen {
  line(x1: number, y1: number, x2: number, y2: number, options?: Stroke): void;
  text(x: number, y: number, text: string, options?: Lettering): void;
  mark(x: number, y: number, symbol: 'circle' | 'diamond' | 'triangle' | 'rect', colour: string): void;
}

interface Stroke {
  readonly colour?: string;
  readonly width?: number;
  readonly dash?: readonly number[];
}

interface Lettering {
  readonly colour?: string;
  readonly anchor?: 'start' | 'middle' | 'end';
  readonly size?: number;
  readonly bold?: boolean;
}

/** Text in a diagram, px. */
export const LETTERS = 12;

/** How wide a text will be, px: an upper estimate for a sans-serif type, good enough to keep texts apart. */
export function textWidth(text: string, size: number = LETTERS): number {
  return text.length * size * 0.56;
}

/**
 * A figure that the page draws itself, made once for wide and once for narrow pages; the style sheet shows one.
 *
 * @param draw draws and returns the height it took
 */
export function diagram(
  label: string,
  caption: string,
  draw: (pen: Pen, width: number, narrow: boolean) => number,
): string {
  const one = (width: number, narrow: boolean) => {
    const parts: string[] = [];
    const height = draw(penInto(parts), width, narrow);
    return (
      `<div class="${narrow ? 'narrow' : 'wide'}" role="img" aria-label="${escapeHtml(label)}">` +
      `<svg aria-hidden="true" focusable="false" viewBox="0 0 ${width} ${round(height)}" font-family="inherit">${parts.join('')}</svg></div>`
    );
  };
  return `<figure>${one(820, false)}${one(360, true)}<figcaption>${escapeHtml(caption)}</figcaption></figure>`;
}

function penInto(parts: string[]): Pen {
  return {
    line(x1, y1, x2, y2, { colour = COLOUR.line, width = 1, dash = [] } = {}) {
      const dashes = dash.length === 0 ? '' : ` stroke-dasharray="${dash.join(' ')}"`;
      parts.push(
        `<path d="M${round(x1)} ${round(y1)}L${round(x2)} ${round(y2)}" fill="none" stroke="${colour}" stroke-width="${width}"${dashes}/>`,
      );
    },
    text(x, y, text, { colour = COLOUR.muted, anchor = 'start', size = LETTERS, bold = false } = {}) {
      parts.push(
        `<text x="${round(x)}" y="${round(y)}" fill="${colour}" font-size="${size}" text-anchor="${anchor}" paint-order="stroke" stroke="var(--page)" stroke-width="4" stroke-linejoin="round"${bold ? ' font-weight="600"' : ''}>${escapeHtml(text)}</text>`,
      );
    },
    mark(x, y, symbol, colour) {
      parts.push(`<g transform="translate(${round(x)} ${round(y)})" fill="${colour}">${SHAPES[symbol]}</g>`);
    },
  };
}

const SHAPES = {
  circle: '<circle r="4.4"/>',
  diamond: '<path d="M0 -5.6L5.6 0L0 5.6L-5.6 0Z"/>',
  triangle: '<path d="M0 -5.2L5.2 4.2H-5.2Z"/>',
  rect: '<path d="M-4.1 -4.1h8.2v8.2h-8.2z"/>',
} as const;

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
