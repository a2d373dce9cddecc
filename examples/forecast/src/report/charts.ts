import { synapticRamp } from '@synaprune/core';
import { amount, percent } from '@synaprune/examples-kit/format';
import { errorsOf, meanOf } from '@synaprune/examples-kit/metrics';
import {
  axisStyle,
  type ChartSize,
  COLOUR,
  epochAxis,
  figure,
  roundedRange,
} from '@synaprune/examples-kit/report/chart';
import type { LegendEntry } from '@synaprune/examples-kit/report/legend';
import { isoDay } from '@synaprune/examples-kit/series/days';
import type { Series } from '@synaprune/examples-kit/series/series';
import type { Dataset } from '@synaprune/examples-kit/series/windows';
import type { Arm } from '../arms.js';
import type { ArmSummary, Results } from '../results.js';
import type { Settings } from '../settings.js';
import type { EpochRecord, RunResult } from '../train.js';

/** How each arm is drawn, everywhere: a colour, and a dash or a symbol for eyes that do not see it. */
const LOOK = {
  none: { dash: [], symbol: 'circle' },
  dropout: { dash: [7, 4], symbol: 'diamond' },
  'mc-dropout': { dash: [2, 3], symbol: 'triangle' },
  'synaptic-pruning': { dash: [], symbol: 'rect' },
} as const;

/** The test error of every run: a dot a seed, a bar for the mean. */
export function errorChart({ arms, data, seasonal, persistence }: Results): string {
  const values = arms.flatMap((arm) => arm.runs.map((run) => run.mae));
  const near = [...values, ...(seasonal === null ? [] : [seasonal.mae]), persistence.mae].filter(
    (value) => value <= 1.6 * Math.max(...values),
  );
  const range = roundedRange(near, 7);
  const lines = [
    { name: 'last value', mae: persistence.mae },
    ...(seasonal === null ? [] : [{ name: seasonal.label, mae: seasonal.mae }]),
  ];
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
        itemStyle: { color: COLOUR[arm.name], opacity: 0.75 },
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
        itemStyle: { color: COLOUR[arm.name] },
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

/** Validation error at the end of each epoch, beside what repeating a value gives. */
export function lossChart(results: Results, dataset: Dataset, epochs: number): string {
  const { arms, data } = results;
  const toUnits = (record: EpochRecord) => Math.sqrt(record.validationLoss) * dataset.changeSize;
  const shown = arms.filter((arm) => arm.name !== 'mc-dropout');
  const label = (arm: ArmSummary) => (arm.name === 'dropout' ? 'dropout (both arms)' : arm.name);
  const { validation } = dataset;
  const references = [
    { name: 'last value', rmse: errorsOf(validation.last, validation.truth).rmse },
    { name: results.seasonal?.label ?? '', rmse: errorsOf(validation.seasonAgo, validation.truth).rmse },
  ].filter(({ rmse }) => Number.isFinite(rmse));
  const range = roundedRange(
    [
      ...shown.flatMap((arm) => arm.runs.flatMap((run) => run.epochs.map(toUnits))),
      ...references.slice(1).map(({ rmse }) => rmse),
    ],
    4,
  );
  // Where the last value lies far above, the axis leaves out what lies between.
  const last = references[0]!.rmse;
  const height = range.max - range.min;
  const broken = last > range.max + 0.5 * height;
  const top = broken ? last + 0.25 * height : Math.max(range.max, last);
  const draw = ({ narrow }: ChartSize) => ({
    grid: { left: 56, right: narrow ? 16 : 110, top: 30, bottom: 46 },
    xAxis: epochAxis(epochs, narrow),
    yAxis: axisStyle(`validation RMSE, ${data.unit}`, {
      type: 'value',
      min: range.min,
      max: top,
      interval: range.interval,
      nameTextStyle: { align: 'left', padding: [0, 0, 0, -48], color: COLOUR.muted },
      axisLabel: { color: COLOUR.muted, formatter: plain, showMaxLabel: !broken },
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
        lineStyle: { color: COLOUR[arm.name], width: 1, opacity: 0.35, type: dashed(LOOK[arm.name].dash) },
        data: run.epochs.map((record) => [record.epoch, toUnits(record)]),
      })),
      {
        type: 'line',
        name: label(arm),
        symbol: LOOK[arm.name].symbol,
        showSymbol: true,
        symbolSize: 6,
        itemStyle: { color: COLOUR[arm.name] },
        lineStyle: { color: COLOUR[arm.name], width: 2.5, type: dashed(LOOK[arm.name].dash) },
        data: meanByEpoch(arm).map(([epoch, loss]) => [epoch, Math.sqrt(loss) * dataset.changeSize]),
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
                data: references.map(({ name, rmse }) => ({ name, yAxis: rmse })),
              },
      },
    ]),
  });
  return figure(
    `Validation error by epoch. ${references.map(({ name, rmse }) => `Repeating ${name}: ${amount(rmse)}`).join('. ')}. ` +
      shown
        .map((arm) => `${label(arm)} ends near ${amount(toUnits(arm.runs[0]!.epochs.at(-1)!))}`)
        .join('. '),
    `Thick: mean over the seeds still training. Thin: each seed.${broken ? ' The band marks a gap in the scale.' : ' The axis does not start at zero.'}`,
    320,
    draw,
    shown.map((arm) => entryOf(arm.name, label(arm))),
  );
}

/** What the masks held at the end of each epoch against what the schedule asked for. */
export function sparsityChart(pruned: ArmSummary, { ramp, epochs }: Settings): string {
  const schedule = synapticRamp(ramp);
  const run = pruned.runs[0]!;
  const names = run.kernels.map(({ name }) => name);
  const dashes = [
    [6, 3],
    [2, 3],
    [9, 3, 2, 3],
  ];
  const draw = ({ narrow }: ChartSize) => ({
    grid: { left: 48, right: 20, top: 12, bottom: 46 },
    xAxis: epochAxis(epochs, narrow),
    yAxis: axisStyle('', {
      type: 'value',
      min: 0,
      max: 1,
      axisLabel: { color: COLOUR.muted, formatter: (value: number) => percent(value, 0) },
    }),
    series: [
      {
        type: 'line',
        name: 'schedule',
        step: 'middle',
        showSymbol: false,
        itemStyle: { color: COLOUR.muted },
        lineStyle: { color: COLOUR.muted, width: 1.5 },
        data: Array.from({ length: epochs }, (_, epoch) => [epoch, schedule(epoch)]),
        markArea: {
          itemStyle: { color: COLOUR.shade },
          label: { color: COLOUR.muted, position: 'insideBottomRight', fontSize: 12 },
          data: [
            [
              { name: narrow ? 'picked here' : 'best epoch is picked here', xAxis: ramp.end },
              { xAxis: epochs - 1 },
            ],
          ],
        },
      },
      {
        type: 'line',
        name: 'all prunable weights',
        symbol: 'rect',
        symbolSize: 7,
        itemStyle: { color: COLOUR['synaptic-pruning'] },
        lineStyle: { width: 0 },
        data: run.epochs.map(({ epoch, sparsity }) => [epoch, sparsity]),
      },
      ...names.map((name, i) => ({
        type: 'line',
        name,
        showSymbol: false,
        itemStyle: { color: COLOUR['synaptic-pruning'] },
        lineStyle: { color: COLOUR['synaptic-pruning'], width: 1.4, type: dashes[i % 3], opacity: 0.8 },
        data: run.epochs.map((record) => [
          record.epoch,
          record.kernels.find((kernel) => kernel.name === name)?.sparsity ?? null,
        ]),
      })),
    ],
  });
  return figure(
    `Sparsity by epoch: nothing until epoch ${ramp.start}, then from ${percent(ramp.from)} to ${percent(ramp.to)} at ` +
      `epoch ${ramp.end}; the masks follow the schedule.`,
    `Seed ${run.seed}. Squares are counted in the masks when an epoch ended; the grey line is what was asked for.`,
    300,
    draw,
    [
      { label: 'schedule', colour: COLOUR.muted, dash: [] },
      { label: 'all prunable weights', colour: COLOUR['synaptic-pruning'], dash: null, symbol: 'rect' },
      ...names.map((label, i) => ({
        label,
        colour: COLOUR['synaptic-pruning'],
        dash: dashes[i % dashes.length]!,
      })),
    ],
  );
}

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
  const picked = (['none', 'synaptic-pruning'] as const).flatMap(
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
      axisLabel: { color: COLOUR.muted, formatter: plain },
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
        itemStyle: { color: COLOUR[run.arm] },
        lineStyle: {
          color: COLOUR[run.arm],
          width: 2,
          type: run.arm === 'none' ? [6, 4] : 'solid',
        },
        data: tail(run.forecasts),
      })),
    ],
  });
  return figure(
    `Truth and forecasts for the last ${names.length} rows of the test part, ${names[0]} to ${names.at(-1)}.`,
    `The last ${names.length} of ${test.truth.length} test rows, seed ${seed}; each forecast sees everything up to the row before.`,
    300,
    draw,
    [
      { label: 'truth', colour: COLOUR.ink, dash: [], symbol: 'circle' },
      ...picked.map(({ arm }) => ({ label: arm, colour: COLOUR[arm], dash: arm === 'none' ? [6, 4] : [] })),
    ],
  );
}

/** A dash pattern as echarts takes it. */
function dashed(pattern: readonly number[]): 'solid' | number[] {
  return pattern.length === 0 ? 'solid' : [...pattern];
}

function entryOf(name: Arm['name'], label: string): LegendEntry {
  return { label, colour: COLOUR[name], ...LOOK[name] };
}

/** Mean validation loss of each epoch that at least one seed reached. */
function meanByEpoch(arm: ArmSummary): [number, number][] {
  const longest = Math.max(...arm.runs.map((run) => run.epochs.length));
  return Array.from({ length: longest }, (_, epoch) => [
    epoch,
    meanOf(arm.runs.flatMap((run) => run.epochs[epoch]?.validationLoss ?? [])),
  ]);
}

function plain(value: number): string {
  return value.toLocaleString('en-US', { maximumSignificantDigits: 4 });
}
