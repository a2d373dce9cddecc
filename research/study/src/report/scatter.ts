import { percent } from '@synaprune/examples-kit/format';
import {
  axisStyle,
  type ChartSize,
  COLOUR,
  figure,
  roundedRange,
} from '@synaprune/examples-kit/report/chart';
import { escapeHtml } from '@synaprune/examples-kit/report/html';
import { legendHtml } from '@synaprune/examples-kit/report/legend';
import type { Study } from '../study.js';
import type { Analysis } from './analysis.js';
import { lastValueLine } from './last-value-line.js';
import type { Looks } from './looks.js';
import { type Observation, weightsGone } from './observations.js';

/** Between arms of the same sparsity, as sparsity. */
const APART = 0.008;

/** Marks that one picture can hold before it is a blot and a large file. */
const MOST_MARKS = 1500;

/** Error against reached sparsity, a picture a series and a mark a run, as multiples of persistence's error. */
export function sparsityScatters(study: Study, { observations }: Analysis, looks: Looks): string {
  const arms = study.arms.map((arm) => arm.name).filter((arm) => observations.some((run) => run.arm === arm));
  if (arms.length === 0) return '';
  const pictures = study.series.map((series, index) => {
    const runs = observations.filter((run) => run.series === index);
    const linear = study.linear.filter((one) => one.series === index);
    const last = runs[0]?.persistence.scaledMae;
    const ratio = linear.length === 1 && last !== undefined ? linear[0]!.score.scaledMae / last : null;
    return runs.length === 0 ? '' : scatter(study, series.name, runs, looks, ratio);
  });
  return legendHtml(looks.legend(arms, 'symbol')) + pictures.join('');
}

function scatter(
  study: Study,
  name: string,
  runs: readonly Observation[],
  looks: Looks,
  linear: number | null,
): string {
  const stride = Math.ceil(runs.length / MOST_MARKS);
  const shown = runs.filter((_, index) => index % stride === 0);
  const arms = study.arms.map((arm) => arm.name).filter((arm) => shown.some((run) => run.arm === arm));
  const ratio = (run: Observation) => run.score.scaledMae / run.persistence.scaledMae;
  // Arms that drop nothing would lie on top of each other at 0; they stand side by side left of it. Those that
  // drop the same are set apart by a little.
  const dense = arms.filter((arm) => shown.every((run) => run.arm !== arm || weightsGone(study, run) === 0));
  const sparse = arms.filter((arm) => !dense.includes(arm));
  const gone = (run: Observation) =>
    dense.includes(run.arm)
      ? -0.1 * ((dense.length - dense.indexOf(run.arm)) / (dense.length + 1))
      : weightsGone(study, run) + APART * (sparse.indexOf(run.arm) - (sparse.length - 1) / 2);
  const ratios = shown.map(ratio);
  const logarithmic = Math.max(...ratios) > 30 * Math.min(...ratios, 1);
  const range = roundedRange([...ratios, 1, ...(linear === null ? [] : [linear])], 5);
  const draw = ({ narrow }: ChartSize) => ({
    grid: { left: 52, right: narrow ? 16 : 84, top: 30, bottom: 46 },
    xAxis: axisStyle('weights gone', {
      type: 'value',
      min: -0.1,
      max: 1,
      interval: 0.1,
      nameLocation: 'middle',
      nameGap: 28,
      axisLabel: {
        color: COLOUR.muted,
        formatter: (value: number) => (Math.round(10 * value) % 2 === 0 ? percent(Math.abs(value), 0) : ''),
      },
    }),
    yAxis: axisStyle('MAE ÷ last value’s', {
      type: logarithmic ? 'log' : 'value',
      axisLine: { onZero: false, lineStyle: { color: COLOUR.line } },
      ...(logarithmic ? {} : { ...range, min: Math.max(0, range.min) }),
      nameTextStyle: { align: 'left', padding: [0, 0, 0, -44], color: COLOUR.muted },
      axisLabel: {
        color: COLOUR.muted,
        formatter: (value: number) => value.toLocaleString('en-US', { maximumSignificantDigits: 4 }),
      },
    }),
    series: arms.map((arm, row) => {
      const { colour, symbol } = looks.of(arm);
      return {
        type: 'scatter',
        symbol,
        symbolSize: shown.length > 400 ? 6 : 8,
        itemStyle: { color: colour, opacity: 0.6 },
        data: shown.filter((run) => run.arm === arm).map((run) => [gone(run), ratio(run)]),
        markLine: row > 0 ? undefined : lastValueLine(1, narrow, linear),
      };
    }),
  });
  return figure(
    `Error against sparsity on ${name}: ${arms.join(', ')}.`,
    `${escapeHtml(name)}. A mark is a run: all models, lengths and seeds.` +
      (stride > 1 ? ` ${shown.length} of ${runs.length} are drawn, every ${stride}th.` : '') +
      (dense.length > 1 ? ' Arms that drop nothing stand side by side left of 0 %.' : '') +
      (sparse.length > 1 ? ' The others are set apart a little, so that none hides another.' : '') +
      (arms.includes('narrow') ? ' narrow stands where a pruned net of its size would.' : '') +
      (logarithmic ? ' The error’s axis is logarithmic.' : ' The error’s axis need not start at zero.'),
    330,
    draw,
  );
}
