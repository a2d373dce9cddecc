import {
  axisStyle,
  type ChartSize,
  COLOUR,
  figure,
  roundedRange,
} from '@synaprune/examples-kit/report/chart';
import { isoDay } from '@synaprune/examples-kit/series/days';
import type { Series } from '@synaprune/examples-kit/series/series';
import type { Dataset } from '@synaprune/examples-kit/series/windows';
import type { RunResult } from '../train.js';
import { axisNumber, LOOK } from './looks.js';

/** The last stretch of the test part: truth, and what was forecast the day before. */
export function forecastChart(
  series: Series,
  dataset: Dataset,
  runs: readonly RunResult[],
  shownRows: number,
): string {
  const { test } = dataset;
  const seed = runs[0]!.seed;
  const from = Math.max(0, test.truth.length - shownRows);
  const tail = (values: Float64Array) => [...values.subarray(from)];
  const picked = (['synaptic-pruning', 'none'] as const).flatMap(
    (name) => runs.find((run) => run.arm === name && run.seed === seed) ?? [],
  );
  const names = tail(Float64Array.from(test.rows)).map((row) =>
    series.dates === null ? `row ${row}` : isoDay(series.dates[row]!),
  );
  const values = [...tail(test.truth), ...picked.flatMap((run) => tail(run.forecasts))];
  const draw = ({ narrow }: ChartSize) => ({
    grid: { left: 60, right: 20, top: 30, bottom: 34 },
    xAxis: axisStyle('', {
      type: 'category',
      data: names,
      boundaryGap: false,
      axisLabel: {
        color: COLOUR.muted,
        interval: Math.floor(names.length / (narrow ? 2.6 : 5)),
        fontSize: 12,
      },
    }),
    yAxis: axisStyle(series.unit, {
      type: 'value',
      ...roundedRange(values, 5),
      nameTextStyle: { align: 'left', padding: [0, 0, 0, -52], color: COLOUR.muted },
      axisLabel: { color: COLOUR.muted, formatter: axisNumber },
    }),
    series: [
      {
        type: 'line',
        name: 'truth',
        symbol: 'circle',
        symbolSize: narrow ? 4 : 6,
        itemStyle: { color: COLOUR.ink },
        lineStyle: { color: COLOUR.ink, width: 1.2 },
        data: tail(test.truth),
      },
      ...picked.map((run) => ({
        type: 'line',
        name: run.arm,
        symbol: LOOK[run.arm].symbol,
        showSymbol: false,
        itemStyle: { color: LOOK[run.arm].colour },
        lineStyle: {
          color: LOOK[run.arm].colour,
          width: 2,
          type: run.arm === 'none' ? [6, 4] : 'solid',
        },
        data: tail(run.forecasts),
      })),
    ],
  });
  return figure(
    `Truth and forecasts for the last ${names.length} rows of the test part, ${names[0]} to ${names.at(-1)}.`,
    `The last ${names.length} of ${test.truth.length.toLocaleString('en-US')} test rows, seed ${seed}; each forecast sees everything up to the row before.`,
    300,
    draw,
    [
      { label: 'truth', colour: COLOUR.ink, dash: [], symbol: 'circle' },
      ...picked.map(({ arm }) => ({
        label: arm,
        colour: LOOK[arm].colour,
        dash: arm === 'none' ? [6, 4] : [],
      })),
    ],
  );
}
