import { percent } from 'forecast-example/format';
import { axisStyle, type ChartSize, COLOUR, figure, roundedRange } from 'forecast-example/report/chart';
import { escapeHtml } from 'forecast-example/report/html';
import type { Study } from '../study.js';
import type { Analysis } from './analysis.js';
import { lastValueLine } from './last-value-line.js';
import type { Looks } from './looks.js';
import type { Observation } from './observations.js';

/** Marks that one picture can hold before it is a blot and a large file. */
const MOST_MARKS = 1500;

/** Error against reached sparsity, a picture a series and a mark a run, as multiples of persistence's error. */
export function sparsityScatters(study: Study, { observations }: Analysis, looks: Looks): string {
  return study.series
    .map((series, index) => {
      const runs = observations.filter((run) => run.series === index);
      return runs.length === 0 ? '' : scatter(study, series.name, runs, looks);
    })
    .join('');
}

function scatter(study: Study, name: string, runs: readonly Observation[], looks: Looks): string {
  const stride = Math.ceil(runs.length / MOST_MARKS);
  const shown = runs.filter((_, index) => index % stride === 0);
  const arms = study.arms.map((arm) => arm.name).filter((arm) => shown.some((run) => run.arm === arm));
  const ratio = (run: Observation) => run.score.scaledMae / run.persistence.scaledMae;
  const removed = (run: Observation) => Math.max(run.sparsity, narrowed(study, run));
  const ratios = shown.map(ratio);
  const logarithmic = Math.max(...ratios) > 8 * Math.min(...ratios, 1);
  const range = roundedRange([...ratios, 1], 5);
  const draw = ({ narrow }: ChartSize) => ({
    grid: { left: 52, right: narrow ? 16 : 84, top: 30, bottom: 46 },
    xAxis: axisStyle('weights gone', {
      type: 'value',
      min: 0,
      max: 1,
      nameLocation: 'middle',
      nameGap: 28,
      axisLabel: { color: COLOUR.muted, formatter: (value: number) => percent(value, 0) },
    }),
    yAxis: axisStyle('MAE ÷ last value’s', {
      type: logarithmic ? 'log' : 'value',
      ...(logarithmic ? {} : { ...range, min: Math.max(0, range.min) }),
      nameTextStyle: { align: 'left', padding: [0, 0, 0, -44], color: COLOUR.muted },
      axisLabel: {
        color: COLOUR.muted,
        formatter: (value: number) => value.toLocaleString('en-US', { maximumSignificantDigits: 3 }),
      },
    }),
    series: arms.map((arm, row) => {
      const { colour, symbol } = looks.of(arm);
      return {
        type: 'scatter',
        symbol,
        symbolSize: shown.length > 400 ? 6 : 8,
        itemStyle: { color: colour, opacity: 0.6 },
        data: shown.filter((run) => run.arm === arm).map((run) => [removed(run), ratio(run)]),
        markLine: row > 0 ? undefined : lastValueLine(1, narrow),
      };
    }),
  });
  return figure(
    `Error against sparsity on ${name}: ${arms.join(', ')}.`,
    `${escapeHtml(name)}. A mark is a run: all models, lengths and seeds.` +
      (stride > 1 ? ` ${shown.length} of ${runs.length} are drawn, every ${stride}th.` : '') +
      (arms.includes('narrow') ? ' narrow stands where a pruned net of its size would.' : '') +
      (logarithmic ? ' The error’s axis is logarithmic.' : ' The error’s axis need not start at zero.'),
    330,
    draw,
    looks.legend(arms, 'symbol'),
  );
}

/** The share of weights that a narrower net does without; its masks, if it has any, drop nothing. */
function narrowed(study: Study, run: Observation): number {
  return study.runs.get(run.key)!.spec.training.narrowed;
}
