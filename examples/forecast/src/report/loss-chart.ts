import { amount } from '@synaprune/examples-kit/format';
import { errorsOf, meanOf } from '@synaprune/examples-kit/metrics';
import {
  axisStyle,
  type ChartSize,
  COLOUR,
  epochAxis,
  figure,
  roundedRange,
} from '@synaprune/examples-kit/report/chart';
import type { Dataset } from '@synaprune/examples-kit/series/windows';
import type { ArmSummary, Results } from '../results.js';
import type { EpochRecord } from '../train.js';
import { axisNumber, dashed, entryOf, LOOK } from './looks.js';

/** Validation error at the end of each epoch, beside what repeating a value gives. */
export function lossChart(results: Results, dataset: Dataset): string {
  const { arms, data } = results;
  const toUnits = ({ validationMae }: EpochRecord) => validationMae;
  const shown = arms.filter((arm) => arm.name !== 'mc-dropout');
  const label = (arm: ArmSummary) => (arm.name === 'dropout' ? 'dropout (both arms)' : arm.name);
  const epochs = Math.max(...shown.flatMap((arm) => arm.runs.map((run) => run.epochs.length)));
  const { validation } = dataset;
  const references = [
    { name: 'last value', mae: errorsOf(validation.last, validation.truth).mae },
    { name: results.seasonal?.label ?? '', mae: errorsOf(validation.seasonAgo, validation.truth).mae },
    ...(results.linear === null ? [] : [{ name: 'linear', mae: results.linear.validationMae }]),
  ].filter(({ mae }) => Number.isFinite(mae));
  const range = roundedRange(
    [
      ...shown.flatMap((arm) => arm.runs.flatMap((run) => run.epochs.map(toUnits))),
      ...references.slice(1).map(({ mae }) => mae),
    ],
    4,
  );
  // Where the last value lies far above, the axis leaves out what lies between.
  const last = references[0]!.mae;
  const height = range.max - range.min;
  const broken = last > range.max + 0.5 * height;
  const top = broken ? last + 0.25 * height : Math.max(range.max, last);
  const draw = ({ narrow }: ChartSize) => ({
    grid: { left: 56, right: narrow ? 16 : 110, top: 30, bottom: 46 },
    xAxis: epochAxis(epochs, narrow),
    yAxis: axisStyle(`validation MAE, ${data.unit}`, {
      type: 'value',
      min: range.min,
      max: top,
      interval: range.interval,
      nameTextStyle: { align: 'left', padding: [0, 0, 0, -48], color: COLOUR.muted },
      axisLabel: { color: COLOUR.muted, formatter: axisNumber, showMaxLabel: !broken },
      ...(broken
        ? {
            breaks: [
              {
                start: range.max,
                end: Math.floor((last - 0.04 * height) / range.interval) * range.interval,
                gap: '6%',
              },
            ],
            breakArea: {
              zigzagAmplitude: 3,
              zigzagZ: 1,
              itemStyle: { color: COLOUR.shade, borderColor: COLOUR.line, borderType: [3, 3], opacity: 1 },
            },
          }
        : {}),
    }),
    series: shown.flatMap((arm, row) => [
      ...arm.runs.map((run) => ({
        type: 'line',
        showSymbol: false,
        lineStyle: {
          color: LOOK[arm.name].colour,
          width: 1,
          opacity: 0.35,
          type: dashed(LOOK[arm.name].dash),
        },
        data: run.epochs.map((record) => [record.epoch, toUnits(record)]),
      })),
      {
        type: 'scatter',
        symbol: LOOK[arm.name].symbol,
        symbolSize: 9,
        itemStyle: { color: LOOK[arm.name].colour, borderColor: 'var(--page)', borderWidth: 1 },
        z: 5,
        data: arm.runs.map((run) => [run.bestEpoch, toUnits(run.epochs[run.bestEpoch]!)]),
      },
      {
        type: 'line',
        name: label(arm),
        showSymbol: false,
        itemStyle: { color: LOOK[arm.name].colour },
        lineStyle: { color: LOOK[arm.name].colour, width: 2.2, type: dashed(LOOK[arm.name].dash) },
        data: meanByEpoch(arm),
        markLine:
          row > 0
            ? undefined
            : {
                symbol: 'none',
                lineStyle: { color: COLOUR.ink, type: [5, 4], width: 1.2 },
                label: {
                  color: COLOUR.ink,
                  fontSize: 12,
                  formatter: '{b}',
                  position: narrow ? 'insideEndTop' : 'end',
                },
                data: references.map(({ name, mae }) => ({ name, yAxis: mae })),
              },
      },
    ]),
  });
  return figure(
    `Validation error by epoch. ${references.map(({ name, mae }) => `${name}: ${amount(mae)}`).join('. ')}. ` +
      shown
        .map(
          (arm) =>
            `${label(arm)} is best at ${amount(toUnits(arm.runs[0]!.epochs[arm.runs[0]!.bestEpoch]!))}`,
        )
        .join('. '),
    `Marks: the epoch that each seed goes back to. Thin: each seed. Thick: the mean, for as long as all seeds train.${broken ? ' The band marks a gap in the scale.' : ' The axis does not start at zero.'}`,
    320,
    draw,
    shown.map((arm) => entryOf(arm.name, label(arm))),
  );
}

/** Mean validation error of each epoch that every seed reached. */
function meanByEpoch(arm: ArmSummary): [number, number][] {
  const shortest = Math.min(...arm.runs.map((run) => run.epochs.length));
  return Array.from({ length: shortest }, (_, epoch) => [
    epoch,
    meanOf(arm.runs.map((run) => run.epochs[epoch]!.validationMae)),
  ]);
}
