/// <reference path="./echarts.d.ts" />
import type { EChartsCoreOption } from 'echarts';
import { init } from 'echarts/dist/echarts.esm.min.mjs';
import { escapeHtml } from './html.js';

/** Colours as the style sheet names them, so that one drawing serves both themes. */
export const COLOUR = {
  muted: 'var(--muted)',
  line: 'var(--line)',
  ink: 'var(--ink)',
  before: 'var(--before)',
  after: 'var(--after)',
  gone: 'var(--gone)',
} as const;

/** An entry of a legend. */
export interface LegendEntry {
  readonly label: string;
  readonly colour: string;
}

/**
 * A figure with two drawings of one chart, for wide and for narrow pages; the style sheet shows one.
 *
 * @param label what the chart shows, for those who cannot see it
 */
export function figureHtml(
  label: string,
  caption: string,
  height: number,
  legend: readonly LegendEntry[],
  draw: (narrow: boolean) => EChartsCoreOption,
): string {
  const image = (narrow: boolean) =>
    `<div class="${narrow ? 'narrow' : 'wide'}" role="img" aria-label="${escapeHtml(label)}">` +
    `${render(narrow ? 360 : 820, height, draw(narrow))}</div>`;
  return `<figure>${legendHtml(legend)}${image(false)}${image(true)}<figcaption>${escapeHtml(caption)}</figcaption></figure>`;
}

function legendHtml(entries: readonly LegendEntry[]): string {
  const items = entries.map(
    ({ label, colour }) =>
      `<li><svg viewBox="0 0 12 12" aria-hidden="true" focusable="false"><path d="M1 1h10v10h-10z" fill="${colour}"/></svg>${escapeHtml(label)}</li>`,
  );
  return `<ul class="legend">${items.join('')}</ul>`;
}

function render(width: number, height: number, options: EChartsCoreOption): string {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width, height });
  try {
    chart.setOption({
      animation: false,
      silent: true,
      textStyle: { fontFamily: 'inherit', color: COLOUR.muted, fontSize: 12 },
      ...options,
    });
    const svg = chart
      .renderToSVGString()
      // The page scales it, and the drawing around it says what it is.
      .replace('<svg ', '<svg aria-hidden="true" focusable="false" ');
    return scopeNames(svg);
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
