import { axisStyle, COLOUR, figure } from '@synaprune/examples-kit/report/chart';
import { escapeHtml } from '@synaprune/examples-kit/report/html';
import type { LegendEntry } from '@synaprune/examples-kit/report/legend';

/** How each arm and each level is drawn: a colour of the style sheet, and a dash or a symbol for eyes that do not see it. */
const LOOK = {
  'one-shot': { colour: 'var(--one-shot)', dash: [6, 4], symbol: 'circle' },
  trained: { colour: 'var(--trained)', dash: [], symbol: 'rect' },
  dense: { colour: 'var(--dense)', dash: [2, 3] },
  chance: { colour: 'var(--chance)', dash: [7, 5] },
} as const satisfies Readonly<Record<string, Omit<LegendEntry, 'label'>>>;

/** One line of a chart over sparsity. */
export interface Curve {
  readonly name: 'one-shot' | 'trained';
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

/** Values by sparsity, a line an arm, beside the dense model's. */
export function sparsityFigure(request: ChartRequest): string {
  const { label, caption, curves, references } = request;
  const legend = [...curves, ...references].map(({ name }) => ({
    label: name.replace('-', ' '),
    ...LOOK[name],
  }));
  return figure(label, escapeHtml(caption), 300, () => optionsOf(request), legend);
}

function optionsOf({ axis, format, max, curves, references }: ChartRequest) {
  const label = { color: COLOUR.muted, fontSize: 12 };
  const sparsities = [...new Set(curves.flatMap(({ points }) => points.map(([x]) => x)))];
  const low = Math.floor(10 * Math.min(...sparsities, 0.5)) / 10;
  return {
    grid: { left: 58, right: 22, top: 34, bottom: 48 },
    xAxis: axisStyle('sparsity', {
      type: 'value',
      nameLocation: 'middle',
      nameGap: 28,
      min: low,
      max: 1,
      interval: 0.1,
      axisLabel: { ...label, formatter: (value: number) => `${Math.round(100 * value)} %` },
      splitLine: { show: false },
    }),
    yAxis: axisStyle(axis, {
      type: 'value',
      nameTextStyle: { ...label, align: 'left', padding: [0, 0, 0, -48] },
      min: 0,
      ...(max === undefined ? {} : { max }),
      axisLabel: { ...label, formatter: format },
      axisLine: { show: false },
    }),
    series: [
      // Lines of their own and not marks, so that the axis reaches as high as they do.
      ...references.map(({ name, value }) => ({
        type: 'line',
        data: [
          [low, value],
          [1, value],
        ],
        symbol: 'none',
        lineStyle: { color: LOOK[name].colour, type: [...LOOK[name].dash], width: 1.5 },
      })),
      ...curves.map(({ name, points }) => ({
        type: 'line',
        data: points,
        clip: false,
        symbol: LOOK[name].symbol,
        symbolSize: 8,
        itemStyle: { color: LOOK[name].colour },
        lineStyle: {
          color: LOOK[name].colour,
          width: 2.5,
          type: name === 'trained' ? 'solid' : [...LOOK[name].dash],
        },
      })),
    ],
  };
}
