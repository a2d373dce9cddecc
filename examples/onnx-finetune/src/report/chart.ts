import * as echarts from 'echarts';
import { escapeHtml } from './html.js';

/** Colours as the style sheet names them, so that one drawing serves both themes. */
export const COLOUR = {
  muted: 'var(--muted)',
  line: 'var(--line)',
  dense: 'var(--dense)',
  chance: 'var(--chance)',
  'one-shot': 'var(--one-shot)',
  trained: 'var(--trained)',
} as const;

const DASHES = { dense: [2, 3], chance: [7, 5] };

/** One line of a chart over sparsity. */
export interface Curve {
  readonly name: keyof typeof COLOUR;
  /** Sparsity and value, by rising sparsity. */
  readonly points: readonly (readonly [number, number])[];
}

/** A horizontal line at a value. */
export interface Reference {
  readonly name: 'dense' | 'chance';
  readonly value: number;
}

/** A chart over sparsity. */
export interface ChartRequest {
  /** What it shows, for those who cannot see it. */
  readonly label: string;
  readonly caption: string;
  readonly axis: string;
  readonly format: (value: number) => string;
  /** Upper end of the axis, if not the data's. */
  readonly max?: number;
  readonly curves: readonly Curve[];
  /** Horizontal lines: the dense model, chance. */
  readonly references: readonly Reference[];
}

/** A figure with two drawings of one chart, for wide and for narrow pages; the style sheet shows one. */
export function figure(request: ChartRequest): string {
  const { label, caption, curves, references } = request;
  const image = (svg: string, className: string) =>
    `<div class="${className}" role="img" aria-label="${escapeHtml(label)}">${svg}</div>`;
  const names = [...curves, ...references].map(({ name }) => name);
  const legend = names.map((name) => `<li style="--colour: ${COLOUR[name]}">${name.replace('-', ' ')}</li>`);
  return (
    `<figure><ul class="legend">${legend.join('')}</ul>${image(render(820, 300, request), 'wide')}` +
    `${image(render(340, 260, request), 'narrow')}<figcaption>${escapeHtml(caption)}</figcaption></figure>`
  );
}

function render(width: number, height: number, request: ChartRequest): string {
  const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, width, height });
  try {
    chart.setOption(optionsOf(request));
    const drawn = chart.renderToSVGString().replace('<svg ', '<svg aria-hidden="true" focusable="false" ');
    return scopeNames(drawn);
  } finally {
    // Without this the process would not end.
    chart.dispose();
  }
}

function optionsOf({ axis, format, max, curves, references }: ChartRequest): echarts.EChartsCoreOption {
  const label = { color: COLOUR.muted, fontSize: 12 };
  const line = { lineStyle: { color: COLOUR.line } };
  const sparsities = [...new Set(curves.flatMap(({ points }) => points.map(([x]) => x)))].sort(
    (a, b) => a - b,
  );
  const low = Math.floor(10 * Math.min(...sparsities, 0.5)) / 10;
  return {
    animation: false,
    silent: true,
    textStyle: { fontFamily: 'inherit', color: COLOUR.muted, fontSize: 12 },
    grid: { left: 58, right: 22, top: 34, bottom: 48 },
    xAxis: {
      type: 'value',
      name: 'sparsity',
      nameLocation: 'middle',
      nameGap: 28,
      min: low,
      max: 1,
      interval: 0.1,
      axisLabel: { ...label, formatter: (value: number) => `${Math.round(100 * value)} %` },
      axisLine: line,
      axisTick: { show: false },
      splitLine: { show: false },
    },
    yAxis: {
      type: 'value',
      name: axis,
      nameTextStyle: { ...label, align: 'left', padding: [0, 0, 0, -48] },
      min: 0,
      ...(max === undefined ? {} : { max }),
      axisLabel: { ...label, formatter: format },
      axisLine: { show: false },
      axisTick: { show: false },
      splitLine: line,
    },
    series: [
      // Lines of their own and not marks, so that the axis reaches as high as they do.
      ...references.map(({ name, value }) => ({
        type: 'line',
        data: [
          [low, value],
          [1, value],
        ],
        symbol: 'none',
        lineStyle: { color: COLOUR[name], type: DASHES[name], width: 1.5 },
      })),
      ...curves.map(({ name, points }) => ({
        type: 'line',
        data: points,
        clip: false,
        symbol: name === 'trained' ? 'rect' : 'circle',
        symbolSize: 8,
        itemStyle: { color: COLOUR[name] },
        lineStyle: { color: COLOUR[name], width: 2.5, type: name === 'trained' ? 'solid' : [6, 4] },
      })),
    ],
  };
}

let drawings = 0;

/** echarts counts its clip paths and classes from zero in every drawing; on one page they would collide. */
function scopeNames(svg: string): string {
  drawings += 1;
  return svg.replace(/zr\d+-/g, `chart${drawings}-`);
}
