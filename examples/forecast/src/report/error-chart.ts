import { amount } from '@synaprune/examples-kit/format';
import {
  axisStyle,
  type ChartSize,
  COLOUR,
  figure,
  roundedRange,
} from '@synaprune/examples-kit/report/chart';
import type { Results } from '../results.js';
import { LOOK } from './looks.js';

/** The test error of every run: a dot a seed, a bar for the mean. */
export function errorChart({ arms, data, seasonal, persistence, linear }: Results): string {
  const values = arms.flatMap((arm) => arm.runs.map((run) => run.mae));
  const lines = [
    { name: 'last value', mae: persistence.mae },
    ...(seasonal === null ? [] : [{ name: seasonal.label, mae: seasonal.mae }]),
    ...(linear === null ? [] : [{ name: 'linear', mae: linear.mae }]),
  ];
  const near = [...values, ...lines.map(({ mae }) => mae)].filter(
    (value) => value <= 1.6 * Math.max(...values),
  );
  const range = roundedRange(near, 7);
  const beyond = lines
    .filter(({ mae }) => mae > range.max)
    .map(({ name, mae }) => `${name} (${amount(mae)})`);
  const draw = ({ narrow }: ChartSize) => ({
    grid: { left: narrow ? 8 : 130, right: 20, top: narrow ? 26 : 22, bottom: 46 },
    xAxis: axisStyle(`MAE on the test part, ${data.unit}`, {
      type: 'value',
      ...(narrow ? roundedRange(near, 4) : range),
      nameLocation: 'middle',
      nameGap: 30,
    }),
    yAxis: axisStyle('', {
      type: 'category',
      inverse: true,
      data: arms.map((arm) => arm.name),
      splitLine: { show: false },
      axisLabel: narrow
        ? {
            inside: true,
            margin: 0,
            verticalAlign: 'bottom',
            padding: [0, 0, 15, 0],
            color: COLOUR.ink,
            fontSize: 12,
          }
        : { color: COLOUR.ink, fontSize: 13 },
    }),
    series: arms.flatMap((arm, row) => [
      {
        type: 'scatter',
        symbol: LOOK[arm.name].symbol,
        symbolSize: 11,
        itemStyle: { color: LOOK[arm.name].colour, opacity: 0.75 },
        data: arm.runs.map((run) => [run.mae, row]),
        markLine:
          row > 0
            ? undefined
            : {
                symbol: 'none',
                label: { color: COLOUR.muted, formatter: '{b}', position: 'start', fontSize: 12 },
                lineStyle: { color: COLOUR.muted, type: [5, 4], width: 1 },
                data: lines
                  .filter(({ mae }) => mae <= range.max)
                  .map(({ name, mae }) => ({ name, xAxis: mae })),
              },
      },
      {
        type: 'scatter',
        symbol: 'rect',
        symbolSize: [3, 26],
        itemStyle: { color: LOOK[arm.name].colour },
        data: [[arm.mae, row]],
      },
    ]),
  });
  return figure(
    `Test errors by arm: ${arms.map((arm) => `${arm.name} ${amount(arm.mae)}`).join(', ')}.`,
    'Each mark is one seed, each bar the mean. Lower is better. The axis does not start at zero.' +
      (beyond.length === 0 ? '' : ` Far to the right, outside: ${beyond.join(', ')}.`),
    70 + 48 * arms.length,
    draw,
    [],
    80 + 58 * arms.length,
  );
}
