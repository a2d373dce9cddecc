import { percent } from '@synaprune/examples-kit/format';
import uPlot from 'uplot';
import { significant } from '../format';
import { type History, SMOOTHING, smooth } from '../session/history';
import type { Task } from '../tasks/task';
import { colourOf } from './colour';
import { byId, make, setText } from './elements';

/** Steps, and a value at each; null where there is none. */
type Points = readonly [steps: number[], values: (number | null)[]];

/** One curve over the steps of a run. */
interface Chart {
  readonly figure: HTMLElement;
  show(points: Points, steps: number): void;
  redraw(): void;
}

/** The three curves. */
export interface ChartsView {
  show(task: Task, history: History, steps: number): void;
  redraw(): void;
}

/** Draws the curves of loss, test metric and sparsity; each also says in words where it begins and ends. */
export function mountCharts(): ChartsView {
  const host = byId('charts');
  let [shownTask, charts]: [Task | null, Chart[]] = [null, []];
  const rebuild = (task: Task): void => {
    shownTask = task;
    const { lossName, metric } = task;
    host.replaceChildren();
    charts = [
      createChart(host, { title: lossName, colour: '--accent', format: significant }),
      createChart(host, { title: metric.name, colour: '--second', format: metric.format }),
      createChart(host, { title: 'Sparsity', colour: '--third', format: percent, range: [0, 1] }),
    ];
  };
  return {
    show(task, history, steps) {
      if (shownTask !== task) rebuild(task);
      const columns = (series: readonly (readonly [number, number])[]): Points => [
        series.map(([step]) => step),
        series.map(([, value]) => value),
      ];
      charts[0]!.show([history.losses.map((_, i) => i + 1), smooth(history.losses, SMOOTHING)], steps);
      charts[1]!.show(columns(history.scores), steps);
      charts[2]!.show(columns(history.sparsity), steps);
    },
    redraw() {
      for (const chart of charts) chart.redraw();
    },
  };
}

function createChart(
  host: HTMLElement,
  options: {
    readonly title: string;
    readonly colour: string;
    readonly format: (value: number) => string;
    readonly range?: readonly [number, number];
  },
): Chart {
  const { title, colour, format, range } = options;
  const plotHost = make('div', '', { class: 'plot', role: 'img' });
  const readout = make('span', '', { class: 'readout', 'aria-hidden': 'true' });
  const figure = make('figure', [make('figcaption', [make('span', title), readout]), plotHost]);
  host.append(figure);
  let points: Points = [[], []];
  let steps = 1;

  const say = (index: number | null): void => {
    const value = index === null ? null : points[1][index];
    setText(readout, value == null ? '' : `step ${points[0][index!]}: ${format(value)}`);
  };
  const axis = { stroke: () => colourOf('--muted'), grid: { stroke: () => colourOf('--line'), width: 1 } };
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
        { ...axis, size: 28, space: 34, font: FONT, ticks: { show: false } },
        {
          ...axis,
          size: 46,
          font: FONT,
          ticks: { show: false },
          values: (_, ticks) => ticks.map((tick) => shortly(tick, format === percent)),
        },
      ],
      series: [{}, { stroke: () => colourOf(colour), width: 2, points: { show: false }, spanGaps: true }],
      hooks: { setCursor: [(self) => say(self.cursor.idx ?? null)] },
    },
    [[], []],
    plotHost,
  );
  new ResizeObserver(() => {
    plot.setSize({ width: plotHost.clientWidth, height: plotHost.clientHeight });
  }).observe(plotHost);

  return {
    figure,
    show(given, allSteps) {
      [points, steps] = [given, Math.max(1, allSteps)];
      plot.setData([given[0], given[1]]);
      say(plot.cursor.idx ?? null);
      const last = given[1].at(-1);
      const label =
        last == null
          ? `${title} over the steps of the run: nothing yet.`
          : `${title} over the steps of the run: ${format(given[1][0]!)} at step ${given[0][0]}, ` +
            `${format(last)} at step ${given[0].at(-1)}. The table below has the values between.`;
      plotHost.setAttribute('aria-label', label);
    },
    redraw: () => plot.redraw(false, true),
  };
}

const FONT = '11px system-ui, sans-serif';

/** The text of a tick: per cent of fractions, thousands as k. */
function shortly(tick: number, fraction: boolean): string {
  if (fraction) return `${Number((100 * tick).toFixed(2))} %`;
  return Math.abs(tick) >= 10_000 ? `${tick / 1000} k` : String(Number(tick.toPrecision(6)));
}
