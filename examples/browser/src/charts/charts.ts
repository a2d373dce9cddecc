import { portion } from '@synaprune/examples-kit/format';
import { significant } from '../format';
import { type History, SMOOTHING, smooth, valueAt } from '../moments/history';
import type { Task } from '../tasks/task';
import { byId } from '../view/elements';
import { type Chart, createChart, type Points } from './create-chart';

/** The three curves. */
export interface ChartsView {
  show(task: Task, history: History, steps: number): void;
  redraw(): void;
}

/** Draws the curves of loss, test metric and sparsity. */
export function mountCharts(): ChartsView {
  const host = byId('charts');
  let [shownTask, charts]: [Task | null, Chart[]] = [null, []];
  const rebuild = (task: Task): void => {
    shownTask = task;
    const { lossName, metric } = task;
    host.replaceChildren();
    charts = [
      createChart(host, {
        title: metric.name,
        colour: '--accent',
        format: metric.format,
        compared: 'dense twin',
      }),
      createChart(host, { title: 'Sparsity', colour: '--third', format: portion, range: [0, 1] }),
      createChart(host, { title: lossName, colour: '--second', format: significant }),
    ];
  };
  return {
    show(task, history, steps) {
      if (shownTask !== task) rebuild(task);
      const columns = (series: readonly (readonly [number, number])[]): Points => [
        series.map(([step]) => step),
        series.map(([, value]) => value),
      ];
      const [score, sparsity, loss] = charts as [Chart, Chart, Chart];
      const from = history.denseScores[0]?.[0] ?? Number.POSITIVE_INFINITY;
      const dense = history.scores.map(([step]) => (step < from ? null : valueAt(history.denseScores, step)));
      score.show(columns(history.scores), steps, dense);
      sparsity.show(columns(history.sparsity), steps);
      loss.show([history.losses.map((_, i) => i + 1), smooth(history.losses, SMOOTHING)], steps);
    },
    redraw() {
      for (const chart of charts) chart.redraw();
    },
  };
}
