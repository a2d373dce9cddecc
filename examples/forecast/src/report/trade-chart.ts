import { amount, kilobytes, percent } from '@synaprune/examples-kit/format';
import {
  axisStyle,
  type ChartSize,
  COLOUR,
  figure,
  roundedRange,
} from '@synaprune/examples-kit/report/chart';
import { repeating } from '../headline.js';
import type { Results } from '../results.js';
import { entryOf, LOOK } from './looks.js';

/** Arms with models of their own: Monte-Carlo dropout has those of dropout. */
const SHOWN = ['synaptic-pruning', 'none', 'dropout', 'narrow'] as const;

/** Error against the bytes of the packed file: what pruning buys, and at what price. */
export function tradeChart({ arms, curve, naive, linear, data, options }: Results): string {
  const shown = SHOWN.flatMap((name) => arms.find((arm) => arm.name === name) ?? []);
  const values = [...shown.flatMap(({ runs }) => runs.map(({ mae }) => mae)), ...curve.map(({ mae }) => mae)];
  const highest = Math.max(...values);
  const bars = [
    ...(linear === null ? [] : [{ name: 'linear model', mae: linear.mae }]),
    { name: naive.label, mae: naive.mae },
  ];
  const [inside, beyond] = [true, false].map((near) =>
    bars.filter(({ mae }) => mae <= 1.6 * highest === near),
  );
  const near = [...values, ...inside!.map(({ mae }) => mae)];
  const lowest = Math.min(...near);
  // Room for what is written below the lowest point.
  const range = roundedRange([...near, lowest - 0.08 * (Math.max(...near) - lowest)], 5);
  const line = curve.map(({ packedBytes, mae }) => [packedBytes, mae]);
  const draw = ({ narrow }: ChartSize) => ({
    grid: { left: 52, right: narrow ? 14 : 24, top: 34, bottom: 48 },
    xAxis: axisStyle('packed file, exact', {
      type: 'value',
      min: 0,
      splitNumber: narrow ? 4 : 8,
      splitLine: { show: false },
      nameLocation: 'middle',
      nameGap: 30,
      axisLabel: { color: COLOUR.muted, fontSize: 12, formatter: (bytes: number) => `${bytes / 1000} kB` },
    }),
    yAxis: axisStyle(`MAE, ${data.unit}`, {
      type: 'value',
      ...range,
      nameTextStyle: { align: 'left', padding: [0, 0, 0, -44], color: COLOUR.muted },
    }),
    series: [
      {
        type: 'line',
        symbol: LOOK['synaptic-pruning'].symbol,
        symbolSize: 6,
        itemStyle: { color: LOOK['synaptic-pruning'].colour },
        lineStyle: { color: LOOK['synaptic-pruning'].colour, width: 1.5 },
        label: {
          show: true,
          position: 'bottom',
          distance: 9,
          offset: [-10, 0],
          color: COLOUR.ink,
          fontSize: 12,
          formatter: ({ dataIndex }: { dataIndex: number }) => percent(curve[dataIndex]!.sparsity, 0),
        },
        data: line,
      },
      ...shown.map((arm, i) => ({
        type: 'scatter',
        symbol: LOOK[arm.name].symbol,
        symbolSize: arm.name === 'synaptic-pruning' ? 13 : 11,
        itemStyle: { color: LOOK[arm.name].colour, opacity: 0.8 },
        data: arm.runs.map(({ sizes, mae }) => [sizes.packedBytes, mae]),
        markLine:
          i > 0
            ? undefined
            : {
                symbol: 'none',
                label: { color: COLOUR.ink, formatter: '{b}', position: 'insideMiddleTop', fontSize: 12 },
                lineStyle: { color: COLOUR.muted, type: [5, 4], width: 1.2 },
                data: inside!.map(({ name, mae }) => ({
                  name: name === naive.label ? (narrow ? name : repeating(name)) : name,
                  yAxis: mae,
                })),
              },
      })),
    ],
  });
  const seed = (options.seeds as readonly number[])[0];
  const curveText =
    curve.length === 0
      ? ''
      : ` The line is seed ${seed}, pruned to the sparsities beside its points, from not at all on the right.`;
  const beyondText =
    beyond!.length === 0
      ? ''
      : ` Far above: ${beyond!.map(({ name, mae }) => `${name} (${amount(mae)})`).join(', ')}.`;
  return figure(
    `Error against bytes. ${shown.map(({ name, mae, sizes }) => `${name}: MAE ${amount(mae)} in ${kilobytes(sizes.packedBytes)}`).join('; ')}. ` +
      curve.map(({ sparsity, mae }) => `${percent(sparsity, 0)} dropped: ${amount(mae)}`).join(', '),
    `Down and to the left is better. Each large mark is one seed.${curveText} The vertical axis does not start at zero.${beyondText}`,
    340,
    draw,
    shown.map(({ name }) => ({ ...entryOf(name, LABELS[name] ?? name), dash: null })),
    330,
  );
}

const LABELS: Readonly<Record<string, string>> = { narrow: 'narrow, dense', dropout: 'dropout (both arms)' };
