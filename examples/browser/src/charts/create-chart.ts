import { portion } from '@synaprune/examples-kit/format';
import uPlot from 'uplot';
import { colourOf } from '../view/colour';
import { make, setText } from '../view/elements';

/** Steps, and a value at each; null where there is none. */
export type Points = readonly [steps: readonly number[], values: readonly (number | null)[]];

/** One curve over the steps of a run, and perhaps another to compare it with. */
export interface Chart {
  show(points: Points, steps: number, compared?: readonly (number | null)[]): void;
  redraw(): void;
}

export interface ChartOptions {
  readonly title: string;
  readonly colour: string;
  readonly format: (value: number) => string;
  readonly range?: readonly [number, number];
  /** What the other curve is called. */
  readonly compared?: string;
}

/** Draws a curve; it also says in words where it begins and ends. */
export function createChart(host: HTMLElement, options: ChartOptions): Chart {
  const { title, colour, format, range, compared } = options;
  const plotHost = make('div', '', { class: 'plot', role: 'img' });
  const readout = make('span', '', { class: 'readout', 'aria-hidden': 'true' });
  host.append(make('figure', [make('figcaption', [make('span', title), readout]), plotHost]));
  let points: Points = [[], []];
  let others: readonly (number | null)[] = [];
  let steps = 1;

  const say = (index: number | null): void => {
    const value = index === null ? null : points[1][index];
    const other = index === null ? null : others[index];
    const beside = other == null || compared === undefined ? '' : `, ${compared} ${format(other)}`;
    setText(readout, value == null ? '' : `step ${points[0][index!]}: ${format(value)}${beside}`);
  };
  const plot = new uPlot(
    {
      width: Math.max(160, plotHost.clientWidth),
      height: Math.max(120, plotHost.clientHeight),
      legend: { show: false },
      cursor: { y: false, drag: { x: false, y: false }, points: { size: 7 } },
      scales: {
        x: { time: false, range: () => [0, steps] },
        ...(range === undefined ? {} : { y: { range: [range[0], range[1]] } }),
      },
      axes: [
        { ...AXIS, size: 28, space: 34 },
        { ...AXIS, size: 46, values: (_, ticks) => ticks.map((tick) => shortly(tick, format === portion)) },
      ],
      series: [
        {},
        { stroke: () => colourOf(colour), width: 2, points: { show: false }, spanGaps: true },
        {
          stroke: () => colourOf('--muted'),
          width: 1.5,
          dash: [5, 4],
          points: { show: false },
          spanGaps: true,
        },
      ],
      hooks: { setCursor: [(self) => say(self.cursor.idx ?? null)] },
    },
    [[], [], []],
    plotHost,
  );
  fitTo(plot, plotHost);

  return {
    show(given, allSteps, beside = []) {
      [points, steps, others] = [given, Math.max(1, allSteps), beside];
      plot.setData([
        [...given[0]],
        [...given[1]],
        beside.length === 0 ? given[1].map(() => null) : [...beside],
      ]);
      say(plot.cursor.idx ?? null);
      const last = given[1].at(-1);
      const other = beside.at(-1);
      const label =
        last == null
          ? `${title} over the steps of the run: nothing yet.`
          : `${title} over the steps of the run: ${format(given[1][0]!)} at step ${given[0][0]}, ` +
            `${format(last)} at step ${given[0].at(-1)}` +
            `${other == null ? '' : `, where the ${compared} has ${format(other)}`}. The table below has the values between.`;
      plotHost.setAttribute('aria-label', label);
    },
    redraw: () => plot.redraw(false, true),
  };
}

/** What all axes look like. */
export const AXIS = {
  stroke: () => colourOf('--muted'),
  grid: { stroke: () => colourOf('--line'), width: 1 },
  ticks: { show: false },
  font: '11px system-ui, sans-serif',
};

/** Keeps a plot as large as what it is in. */
export function fitTo(plot: uPlot, host: HTMLElement): void {
  new ResizeObserver(() => {
    if (host.clientWidth > 0) plot.setSize({ width: host.clientWidth, height: host.clientHeight });
  }).observe(host);
}

/** The text of a tick: per cent of fractions, thousands as k. */
export function shortly(tick: number, fraction: boolean): string {
  if (fraction) return `${Number((100 * tick).toFixed(2))}\u00a0%`;
  return Math.abs(tick) >= 10_000 ? `${tick / 1000}\u00a0k` : String(Number(tick.toPrecision(6)));
}
