/// <reference path="./echarts.d.ts" />
import type { EChartsCoreOption } from 'echarts';
import { init } from 'echarts/dist/echarts.esm.min.mjs';
import { escapeHtml } from './html.js';
import { type LegendEntry, legendHtml } from './legend.js';

/** Colours as the style sheet names them, so that one drawing serves both themes. */
export const COLOUR = {
  ink: 'var(--ink)',
  muted: 'var(--muted)',
  line: 'var(--line)',
  shade: 'var(--shade)',
} as const;

/** Which of the two drawings of a chart is being made. */
export interface ChartSize {
  readonly width: number;
  readonly height: number;
  readonly narrow: boolean;
}

/**
 * A figure with two drawings of one chart, for wide and for narrow pages; the style sheet shows one.
 *
 * @param label what the chart shows, for those who cannot see it
 */
export function figure(
  label: string,
  caption: string,
  height: number,
  draw: (size: ChartSize) => EChartsCoreOption,
  legend: readonly LegendEntry[] = [],
  narrowHeight: number = Math.round(height * 0.86),
): string {
  const wide = render({ width: 820, height, narrow: false }, draw);
  const narrow = render({ width: 360, height: narrowHeight, narrow: true }, draw);
  const image = (svg: string, className: string) =>
    `<div class="${className}" role="img" aria-label="${escapeHtml(label)}">${svg}</div>`;
  return `<figure>${legend.length > 0 ? legendHtml(legend) : ''}${image(wide, 'wide')}${image(narrow, 'narrow')}<figcaption>${caption}</figcaption></figure>`;
}

function render(size: ChartSize, draw: (size: ChartSize) => EChartsCoreOption): string {
  const { width, height } = size;
  const chart = init(null, null, { renderer: 'svg', ssr: true, width, height });
  try {
    chart.setOption({
      animation: false,
      silent: true,
      textStyle: { fontFamily: 'inherit', color: COLOUR.muted, fontSize: 12 },
      ...draw(size),
    });
    const drawn = chart
      .renderToSVGString()
      // The page scales it, and the drawing around it says what it is.
      .replace('<svg ', '<svg aria-hidden="true" focusable="false" ');
    return scopeNames(drawn);
  } finally {
    // Without this the process would not end.
    chart.dispose();
  }
}

let drawings = 0;

/** echarts counts its clip paths and classes from zero in every drawing; on one page they would collide. */
function scopeNames(svg: string): string {
  drawings += 1;
  return svg.replace(/zr\d+-/g, `chart${drawings}-`);
}

/** A horizontal axis of numbers or names. */
export function axisStyle(name: string, options: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    name,
    nameTextStyle: { color: COLOUR.muted, fontSize: 12 },
    axisLine: { lineStyle: { color: COLOUR.line } },
    axisTick: { show: false },
    axisLabel: { color: COLOUR.muted, fontSize: 12 },
    splitLine: { lineStyle: { color: COLOUR.line, width: 1 } },
    ...options,
  };
}

/** An axis of epochs, counted from 0, with a label for every so many. */
export function epochAxis(epochs: number, narrow: boolean): Record<string, unknown> {
  const last = epochs - 1;
  const interval = Math.max(1, Math.ceil(last / (narrow ? 5 : 10)));
  return axisStyle('epoch', {
    type: 'value',
    min: 0,
    max: last,
    interval,
    nameLocation: 'middle',
    nameGap: 28,
    splitLine: { show: false },
    axisLabel: { color: COLOUR.muted, fontSize: 12, showMaxLabel: last % interval === 0 },
  });
}

/** Round ends around a range, a little wider than it. */
export function roundedRange(
  values: readonly number[],
  parts: number,
): { min: number; max: number; interval: number } {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const width = high - low || Math.abs(high) || 1;
  const rough = (width * 1.1) / parts;
  const power = 10 ** Math.floor(Math.log10(rough));
  const interval = power * ([1, 2, 2.5, 5].find((head) => head * power >= rough) ?? 10);
  const [min, max] = [low - 0.04 * width, high + 0.04 * width];
  return { min: Math.floor(min / interval) * interval, max: Math.ceil(max / interval) * interval, interval };
}
