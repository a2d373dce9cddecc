import { COLOUR, roundedRange } from '@synaprune/examples-kit/report/chart';
import { diagram, type Pen, textWidth } from './diagram.js';
import type { Effect } from './effects.js';
import type { Look } from './looks.js';
import { rangeText, signedPercent } from './words.js';

/** One row of a forest plot. */
export interface ForestRow {
  readonly label: string;
  readonly effect: Pick<Effect, 'relative' | 'interval'>;
  readonly look: Look;
  /** Relative difference of repeating the last value to the same reference, drawn as a tick in the row. */
  readonly tick?: number | null;
  /** Whether a dashed line marks the row's difference over the height of the picture, where it fits in. */
  readonly line?: boolean;
  /** Whether the axis need not reach as far as the row does, as with every {@link line}. */
  readonly aside?: boolean;
  readonly bold?: boolean;
}

/** Relative differences with their intervals, one row each, and the line of no difference. */
export function forestPlot(
  label: string,
  caption: string,
  axisName: string,
  rows: readonly ForestRow[],
): string {
  const range = rangeOf(rows);
  return diagram(label, caption, (pen, width, narrow) => {
    const [left, right] = narrow ? [10, width - 10] : [220, width - 190];
    const height = narrow ? 44 : 26;
    const x = (value: number) =>
      left + ((clamp(value, range) - range.min) / (range.max - range.min)) * (right - left);
    const bottom = 8 + height * rows.length;
    let free = Number.NEGATIVE_INFINITY;
    for (let i = 0; range.min + i * range.interval <= range.max + 1e-9; i += 1) {
      const value = range.min + i * range.interval;
      const zero = Math.abs(value) < 1e-9;
      pen.line(x(value), 4, x(value), bottom, { colour: zero ? COLOUR.ink : COLOUR.line });
      const text = zero ? '0' : tick(value);
      const anchor = anchorOf(value, range, narrow);
      const share = anchor === 'start' ? 0 : anchor === 'middle' ? 0.5 : 1;
      const from = x(value) - share * textWidth(text);
      // Where a label would run into the one before, the line stands without.
      if (from < free) continue;
      free = from + textWidth(text) + 4;
      pen.text(x(value), bottom + 16, text, { anchor });
    }
    for (const { line, effect } of rows) {
      if (line !== true || outside(effect.relative, range)) continue;
      const at = x(effect.relative);
      pen.line(at, 4, at, bottom, { colour: COLOUR.ink, width: 1.2, dash: [5, 4] });
    }
    pen.text((left + right) / 2, bottom + 35, axisName, { anchor: 'middle' });
    for (const [index, row] of rows.entries()) {
      const y = 8 + height * index + (narrow ? 29 : height / 2);
      const figures = `${signedPercent(row.effect.relative)}${row.effect.interval === null ? '' : ` (${rangeText(row.effect.interval)})`}`;
      const words = { colour: COLOUR.ink, bold: row.bold === true };
      pen.text(narrow ? left : left - 16, narrow ? y - 14 : y + 4, row.label, {
        ...words,
        anchor: narrow ? 'start' : 'end',
      });
      pen.text(width - (narrow ? 10 : 0), narrow ? y - 14 : y + 4, figures, { ...words, anchor: 'end' });
      interval(pen, row, y, x, range);
    }
    return bottom + 42;
  });
}

interface Range {
  readonly min: number;
  readonly max: number;
  readonly interval: number;
}

function interval(pen: Pen, row: ForestRow, y: number, x: (value: number) => number, range: Range): void {
  const { look, effect, tick: at = null } = row;
  if (at !== null && outside(at, range)) arrow(pen, x(at), y + 8, at > range.max, COLOUR.ink, 1.2);
  else if (at !== null) {
    pen.line(x(at), y - 9, x(at), y + 9, { colour: COLOUR.ink, width: 1.4, dash: [3, 2] });
  }
  if (effect.interval !== null) {
    const [low, high] = effect.interval;
    if (low <= range.max && high >= range.min)
      pen.line(x(low), y, x(high), y, { colour: look.colour, width: 2 });
    for (const end of [low, high]) {
      if (outside(end, range)) arrow(pen, x(end), y, end > range.max, look.colour);
      else pen.line(x(end), y - 4, x(end), y + 4, { colour: look.colour, width: 2 });
    }
  }
  if (outside(effect.relative, range))
    arrow(pen, x(effect.relative), y, effect.relative > range.max, look.colour);
  else pen.mark(x(effect.relative), y, look.symbol, look.colour);
}

function arrow(pen: Pen, x: number, y: number, rightwards: boolean, colour: string, width = 2): void {
  const back = rightwards ? -6 : 6;
  pen.line(x, y, x + back, y - 4, { colour, width });
  pen.line(x, y, x + back, y + 4, { colour, width });
}

/** All differences up to 100 %, and as much of the intervals as does not dwarf them. */
function rangeOf(rows: readonly ForestRow[]): Range {
  const points = rows.flatMap(({ effect, line, aside }) =>
    line === true || aside === true ? [] : Math.min(1, effect.relative),
  );
  const reach = 2.5 * Math.max(0.02, ...points.map(Math.abs));
  const ends = rows.flatMap(({ effect }) => [effect.relative, ...(effect.interval ?? [])]);
  const near = [...points, 0, ...ends].map((value) => Math.max(-reach, Math.min(reach, value)));
  return roundedRange(near, 5);
}

function outside(value: number, { min, max }: Range): boolean {
  return value < min || value > max;
}

function clamp(value: number, { min, max }: Range): number {
  return Math.max(min, Math.min(max, value));
}

function anchorOf(value: number, { min, max }: Range, narrow: boolean): 'start' | 'middle' | 'end' {
  if (!narrow) return 'middle';
  return value < min + 1e-9 ? 'start' : value > max - 1e-9 ? 'end' : 'middle';
}

function tick(value: number): string {
  return `${value < 0 ? '−' : '+'}${Number((100 * Math.abs(value)).toFixed(2))} %`;
}
