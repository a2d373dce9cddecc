import { kilobytes, portion } from '@synaprune/examples-kit/format';
import uPlot from 'uplot';
import type { Measurement } from '../moments/measure';
import { lastAtEachSparsity, type Moment } from '../moments/moment';
import { levelsFrom, stepsALevel } from '../moments/prune-on';
import type { Session } from '../session/session-api';
import type { SessionState } from '../session/state';
import type { Metric } from '../tasks/task';
import { TASKS } from '../tasks/tasks';
import { colourOf } from '../view/colour';
import { byId, fillTable, setText } from '../view/elements';
import { AXIS, fitTo, shortly } from './create-chart';

/** Accuracy against kilobytes: a curve through the moments of a run, and on to 99 %. */
export interface CurveView {
  show(state: SessionState): void;
  redraw(): void;
}

export function mountCurve(session: () => Session | null): CurveView {
  const host = byId('curve');
  const button = byId<HTMLButtonElement>('prune-on');
  let metric: Metric = TASKS.digits.metric;
  let [drawn, twin]: [readonly Moment[], Measurement | null] = [[], null];
  const points = { show: true, size: 7 };
  const plot = new uPlot(
    {
      width: Math.max(160, host.clientWidth),
      height: Math.max(120, host.clientHeight),
      legend: { show: false },
      cursor: { show: false },
      scales: { x: { time: false, distr: 3, log: 2, range: (_, low, high) => [low / 1.15, high * 1.15] } },
      axes: [
        {
          ...AXIS,
          size: 28,
          splits: (_, __, low, high) => TICKS.filter((tick) => tick >= low && tick <= high),
          values: (_, ticks) => ticks.map((tick: number | null) => (tick === null ? '' : `${tick}\u00a0kB`)),
        },
        {
          ...AXIS,
          size: 52,
          values: (_, ticks) => ticks.map((tick) => shortly(tick, metric.better === 'higher')),
        },
      ],
      series: [
        {},
        { stroke: () => colourOf('--accent'), width: 2, points, spanGaps: true },
        { stroke: () => colourOf('--third'), width: 2, dash: [5, 4], points, spanGaps: true },
        { stroke: () => colourOf('--muted'), width: 0, points: { show: true, size: 9, width: 2 } },
      ],
    },
    [[], [], [], []],
    host,
  );
  fitTo(plot, host);
  button.addEventListener('click', () => {
    if (button.getAttribute('aria-disabled') !== 'true') void session()?.pruneOn();
  });

  return {
    show(state) {
      metric = TASKS[state.task].metric;
      const begun = state.moments.findLastIndex(({ sparsity }) => sparsity === 0);
      const shown = lastAtEachSparsity(state.moments.slice(Math.max(0, begun)));
      const onward = shown.some((moment) => moment.onward);
      showButton(button, state, onward);
      setText(byId('curve-hint'), hintOf(state, onward));
      const { dense } = state;
      if (dense === twin && shown.length === drawn.length && shown.every((moment, i) => moment === drawn[i]))
        return;
      [drawn, twin] = [shown, dense];
      const lastOfRun = shown.findLast((moment) => !moment.onward);
      const rows = shown.map((moment): [number, ...(number | null)[]] => [
        moment.packed.length / 1000,
        moment.onward ? null : moment.score,
        // The way on begins where the run ended.
        moment.onward || (onward && moment === lastOfRun) ? moment.score : null,
        null,
      ]);
      if (dense !== null) rows.push([dense.packedBytes / 1000, null, null, dense.score]);
      rows.sort(([a], [b]) => a - b);
      plot.setData([0, 1, 2, 3].map((column) => rows.map((row) => row[column])) as uPlot.AlignedData);
      describe(host, shown, dense, metric);
    },
    redraw: () => plot.redraw(false, true),
  };
}

const TICKS = [1, 2, 5, 10, 20, 50, 100, 200, 400, 800];

function showButton(button: HTMLButtonElement, { phase, after }: SessionState, onward: boolean): void {
  const useless = onward || (after !== null && levelsFrom(after.sparsity).length === 0);
  button.hidden = useless;
  button.setAttribute('aria-disabled', String(phase !== 'finished'));
}

function hintOf({ after, steps, batch, seed }: SessionState, onward: boolean): string {
  const scale = 'Kilobytes are on a logarithmic scale.';
  if (after === null) {
    return `A point for each moment of the run: the model as it was, in one packed file. ${scale}`;
  }
  const further = stepsALevel({ steps, batch, seed });
  return onward
    ? `Grey is the dense twin. Dashed: a copy of the finished run, pruned on level by level, with ${further} more steps at each. So those models have trained longer than the run. ${scale}`
    : `A point for each moment of the run; grey is the dense twin at its end. Pruned on, a copy of it trains ${further} more steps at each level up to 99\u00a0%. ${scale}`;
}

function describe(
  host: HTMLElement,
  shown: readonly Moment[],
  dense: Measurement | null,
  metric: Metric,
): void {
  const [first, last] = [shown[0], shown.at(-1)];
  host.setAttribute(
    'aria-label',
    first === undefined || last === undefined
      ? `${metric.name} against kilobytes: nothing yet.`
      : `${metric.name} against kilobytes: ${metric.format(first.score)} in ${kilobytes(first.packed.length)}, ` +
          `down to ${metric.format(last.score)} in ${kilobytes(last.packed.length)}. The table below has the points between.`,
  );
  fillTable(byId<HTMLTableElement>('curve-table'), {
    caption: `${metric.name} against kilobytes`,
    head: ['Dropped', 'Packed', metric.name, 'When'],
    rows: [
      ...(dense === null
        ? []
        : [
            [
              portion(0),
              kilobytes(dense.packedBytes),
              metric.format(dense.score),
              `dense twin, step ${dense.step}`,
            ],
          ]),
      ...shown.map(({ sparsity, packed, score, step, onward }) => [
        portion(sparsity),
        kilobytes(packed.length),
        metric.format(score),
        `${onward ? 'pruned on, ' : ''}step ${step}`,
      ]),
    ],
  });
}
