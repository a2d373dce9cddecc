import {
  axisStyle,
  type ChartSize,
  COLOUR,
  figure,
  roundedRange,
} from '@synaprune/examples-kit/report/chart';
import { escapeHtml } from '@synaprune/examples-kit/report/html';
import { type LegendEntry, legendHtml } from '@synaprune/examples-kit/report/legend';
import type { ModelName } from '../run.js';
import type { StoredRun, Study } from '../study.js';
import type { Looks } from './looks.js';

/** As the style sheet colours it. */
const LINEAR: LegendEntry = { label: 'linear model', colour: 'var(--linear)', dash: [6, 3] };
const LAST: LegendEntry = { label: 'last value', colour: COLOUR.muted, dash: [2, 3] };
const TRUTH: LegendEntry = { label: 'what happened', colour: COLOUR.ink, dash: [] };

/** Forecasts beside what happened at the end of the test part, a picture a series. */
export function forecastCharts(study: Study, pruning: string | null, looks: Looks): string {
  const pictures = study.series.flatMap((_, series) => forecastChart(study, series, pruning, looks) ?? []);
  if (pictures.length === 0) return '';
  const arms = ['dropout', ...(pruning === null ? [] : [pruning])];
  return (
    '<p>The last rows of each test part, which nothing was chosen by. Where the forecasts lie on the last value, which is what happened one row before, little was learned.</p>' +
    legendHtml([TRUTH, ...looks.legend(arms, 'line'), LINEAR, LAST]) +
    pictures.join('')
  );
}

function forecastChart(study: Study, series: number, pruning: string | null, looks: Looks): string | null {
  const found = runsToShow(study, series, pruning);
  if (found === null) return null;
  const { model, length, seed, arms, stretch } = found;
  const { name, unit, step } = study.series[series]!;
  const lines = [
    { ...lineStyle(COLOUR.ink, 1.6, []), name: 'what happened', data: [...stretch.truth] },
    { ...lineStyle(COLOUR.muted, 1.1, [2, 3]), name: 'last value', data: [...stretch.lastValue] },
    { ...lineStyle('var(--linear)', 1.2, [6, 3]), name: 'linear model', data: [...stretch.linear] },
    ...arms.map(({ arm, forecasts }) => {
      const { colour, dash } = looks.of(arm);
      return { ...lineStyle(colour, 2, dash), name: arm, data: [...forecasts] };
    }),
  ];
  const range = roundedRange(
    lines.flatMap(({ data }) => data),
    4,
  );
  const rows = stretch.truth.length;
  const draw = ({ narrow }: ChartSize) => ({
    grid: { left: 64, right: 16, top: 30, bottom: 46 },
    xAxis: axisStyle(`${step}s before the end of the test part`, {
      type: 'category',
      data: Array.from({ length: rows }, (_, row) => String(rows - row)),
      nameLocation: 'middle',
      nameGap: 28,
      splitLine: { show: false },
      axisLabel: { color: COLOUR.muted, fontSize: 12, interval: narrow ? 19 : 9 },
    }),
    yAxis: axisStyle(unit === '' ? 'target' : unit, {
      type: 'value',
      ...range,
      nameTextStyle: { align: 'left', padding: [0, 0, 0, -56], color: COLOUR.muted },
      axisLabel: { color: COLOUR.muted, formatter: (value: number) => value.toLocaleString('en-US') },
    }),
    series: lines,
  });
  const who = arms.map(({ arm }) => arm).join(' and ');
  return figure(
    `Forecasts of ${name} by ${who}, a linear model and the last value, beside what happened.`,
    `${escapeHtml(name)}: ${model}, input length ${length}, seed ${seed}, each forecast one ${escapeHtml(step)} ahead.`,
    300,
    draw,
  );
}

function lineStyle(colour: string, width: number, dash: readonly number[]) {
  return {
    type: 'line',
    showSymbol: false,
    itemStyle: { color: colour },
    lineStyle: { color: colour, width, type: dash.length === 0 ? 'solid' : [...dash] },
  };
}

interface Shown {
  readonly model: ModelName;
  readonly length: number;
  readonly seed: number;
  readonly arms: readonly { readonly arm: string; readonly forecasts: readonly number[] }[];
  readonly stretch: Study['linear'][number]['stretch'];
}

/**
 * The model that errs least on the validation part with dropout, or with pruning where there is none, at the middle
 * length, and the first seed that both have. `null` where no run has kept its forecasts.
 */
function runsToShow(study: Study, series: number, pruning: string | null): Shown | null {
  const length = study.lengths[Math.floor(study.lengths.length / 2)]!;
  const stretch = study.linear.find((one) => one.series === series && one.length === length)?.stretch;
  if (stretch === undefined) return null;
  const wanted = ['dropout', ...(pruning === null ? [] : [pruning])];
  const choices = study.models.flatMap((model) => {
    const byArm = wanted.flatMap((arm) => {
      const runs = runsOf(study, { arm, model, series, length }, stretch.truth.length);
      return runs.length === 0 ? [] : { arm, runs };
    });
    const seed = study.seeds.find(
      (one) => byArm.length > 0 && byArm.every(({ runs }) => runs.some(({ spec }) => spec.seed === one)),
    );
    if (seed === undefined) return [];
    const arms = byArm.map(({ arm, runs }) => ({ arm, run: runs.find(({ spec }) => spec.seed === seed)! }));
    return { model, seed, arms, error: arms[0]!.run.result.validation.off.scaledMae };
  });
  if (choices.length === 0) return null;
  const { model, seed, arms } = choices.reduce((a, b) => (b.error < a.error ? b : a));
  return {
    model,
    length,
    seed,
    stretch,
    arms: arms.map(({ arm, run }) => ({ arm, forecasts: run.result.forecasts! })),
  };
}

function runsOf(
  study: Study,
  place: {
    readonly arm: string;
    readonly model: ModelName;
    readonly series: number;
    readonly length: number;
  },
  rows: number,
): StoredRun[] {
  return study.cells
    .filter(
      ({ arm, model, series, length }) =>
        arm === place.arm && model === place.model && series === place.series && length === place.length,
    )
    .flatMap(({ runs }) => runs.flatMap(({ key }) => study.runs.get(key) ?? []))
    .filter(({ result }) => result.forecasts?.length === rows);
}
