import { percent } from '@synaprune/examples-kit/format';
import { meanOf } from '@synaprune/examples-kit/metrics';
import {
  axisStyle,
  type ChartSize,
  COLOUR,
  epochAxis,
  figure,
  roundedRange,
} from '@synaprune/examples-kit/report/chart';
import { escapeHtml } from '@synaprune/examples-kit/report/html';
import { legendHtml } from '@synaprune/examples-kit/report/legend';
import type { EpochResult, ModelName } from '../run.js';
import type { StoredRun, Study } from '../study.js';
import { lastValueLine } from './last-value-line.js';
import type { Looks } from './looks.js';
import { type Shared, shareSeeds } from './shared-seeds.js';

/** Models on series that curves are drawn of; more would make a page that nobody scrolls through. */
const MOST_PICTURES = 12;

interface Curve {
  readonly arm: string;
  readonly runs: readonly StoredRun[];
}

/** Validation error and sparsity by epoch, a picture for each model on each series, at one input length. */
export function learningCurves(study: Study, looks: Looks): string {
  const pictures = study.models.flatMap((model) =>
    study.series.flatMap((_, series) => {
      const length = study.lengths[Math.floor(study.lengths.length / 2)]!;
      const curves = curvesOf(study, model, series, length);
      return curves.length === 0 ? [] : { model, series, length, curves };
    }),
  );
  if (pictures.length === 0) return '';
  const left = pictures.length - MOST_PICTURES;
  const drawn = new Set(pictures.flatMap(({ curves }) => curves.map(({ arm }) => arm)));
  const arms = study.arms.map((arm) => arm.name).filter((arm) => drawn.has(arm));
  return (
    legendHtml(looks.legend(arms, 'line')) +
    pictures
      .slice(0, MOST_PICTURES)
      .map(({ model, series, length, curves }) => picture(study, model, series, length, curves, looks))
      .join('') +
    (left > 0
      ? `<p>Curves of ${left} more models on series are not drawn; the run store holds every epoch.</p>`
      : '')
  );
}

/** One curve a training: arms that evaluate the same runs differently share theirs. */
function curvesOf(study: Study, model: ModelName, series: number, length: number): Curve[] {
  const seen = new Set<string>();
  return study.cells
    .filter((cell) => cell.model === model && cell.series === series && cell.length === length)
    .flatMap(({ arm, runs }): Curve | readonly [] => {
      const fresh = runs.filter(({ key }) => !seen.has(key));
      for (const { key } of runs) seen.add(key);
      const found = fresh.flatMap(({ key }) => study.runs.get(key) ?? []);
      return found.length === 0 ? [] : { arm, runs: found };
    });
}

function picture(
  study: Study,
  model: ModelName,
  series: number,
  length: number,
  all: readonly Curve[],
  looks: Looks,
): string {
  const { name } = study.series[series]!;
  const shared = shareSeeds(
    all.map(({ runs }) => runs),
    all.map(({ arm }) => arm),
    ({ spec }) => `seed ${spec.seed}`,
  );
  const curves = all.map(({ arm }, index) => ({ arm, runs: shared.values[index]! }));
  const errors = curves.map((curve) => meansOf(curve, (epoch) => epoch.validationMae));
  const sparsities = curves.map((curve) => meansOf(curve, (epoch) => epoch.sparsity));
  const epochs = Math.max(...errors.map((points) => points.length));
  const pruned = curves.flatMap((_, i) => (sparsities[i]!.some(([, value]) => value > 0) ? i : []));
  const last = curves[0]!.runs[0]!.result.persistence.validation.scaledMae;
  const { range, cut } = errorRange(
    errors.flat().map(([, value]) => value),
    last,
  );
  const draw = ({ narrow }: ChartSize) => {
    const grid = { left: 52, right: narrow ? 16 : 84 };
    const below = pruned.length > 0;
    return {
      grid: below
        ? [
            { ...grid, top: 30, bottom: '46%' },
            { ...grid, top: '64%', bottom: 46 },
          ]
        : [{ ...grid, top: 30, bottom: 46 }],
      xAxis: [
        {
          ...epochAxis(epochs, narrow),
          gridIndex: 0,
          ...(below ? { name: '', axisLabel: { show: false } } : {}),
        },
        ...(below ? [{ ...epochAxis(epochs, narrow), gridIndex: 1 }] : []),
      ],
      yAxis: [
        axisStyle('validation MAE, error units', {
          type: 'value',
          gridIndex: 0,
          ...range,
          nameTextStyle: { align: 'left', padding: [0, 0, 0, -44], color: COLOUR.muted },
          axisLabel: { color: COLOUR.muted, formatter: plain },
        }),
        ...(below
          ? [
              axisStyle('sparsity', {
                type: 'value',
                gridIndex: 1,
                min: 0,
                max: 1,
                interval: 0.5,
                nameTextStyle: { align: 'left', padding: [0, 0, 0, -44], color: COLOUR.muted },
                axisLabel: { color: COLOUR.muted, formatter: (value: number) => percent(value, 0) },
              }),
            ]
          : []),
      ],
      series: [
        ...curves.map(({ arm }, i) => ({
          ...lineOf(arm, looks),
          data: errors[i],
          clip: true,
          markLine: i > 0 ? undefined : lastValueLine(last, narrow),
        })),
        ...(below
          ? pruned.map((i) => ({
              ...lineOf(curves[i]!.arm, looks),
              xAxisIndex: 1,
              yAxisIndex: 1,
              data: sparsities[i],
            }))
          : []),
      ],
    };
  };
  const arms = curves.map(({ arm }) => arm);
  return figure(
    `Learning curves of ${model} on ${name}, length ${length}: ${arms.join(', ')}.`,
    `${model} on ${escapeHtml(name)}, input length ${length}: ${escapeHtml(meanText(shared))}.` +
      (cut ? ' The worst of the curves leave the picture at its top.' : ''),
    pruned.length > 0 ? 400 : 300,
    draw,
  );
}

function lineOf(arm: string, looks: Looks): Record<string, unknown> {
  const { colour, dash } = looks.of(arm);
  const strong = arm === 'dropout' || arm.startsWith('pruning');
  return {
    type: 'line',
    name: arm,
    showSymbol: false,
    itemStyle: { color: colour },
    lineStyle: { color: colour, width: strong ? 2.4 : 1.5, type: dash.length === 0 ? 'solid' : [...dash] },
  };
}

/** As far as all of them train: a mean over those that go on would be one of other runs at every epoch. */
function meansOf({ runs }: Curve, read: (epoch: EpochResult) => number): [number, number][] {
  const epochs = Math.min(...runs.map(({ result }) => result.epochs.length));
  return Array.from({ length: epochs }, (_, epoch) => [
    epoch,
    meanOf(runs.map(({ result }) => read(result.epochs[epoch]!))),
  ]);
}

function meanText({ count: seeds, note }: Shared<StoredRun>): string {
  if (seeds === 0) return `means that are ${note}`;
  if (seeds === 1 && note === '') return 'one seed';
  return `mean ${note === '' ? `over ${seeds} seeds` : note}; a curve ends where the first of its seeds stops`;
}

/** First epochs are often many times worse than the rest; the axis shows the rest. */
function errorRange(values: readonly number[], last: number) {
  const sorted = [...values].sort((a, b) => a - b);
  const least = sorted[0]!;
  const usual = sorted[Math.floor(0.9 * (sorted.length - 1))]!;
  const ceiling = Math.max(usual + 0.6 * (usual - least), last);
  const range = roundedRange([...values.filter((value) => value <= ceiling), last], 4);
  return { range: { ...range, min: Math.max(0, range.min) }, cut: sorted.at(-1)! > range.max };
}

function plain(value: number): string {
  return value.toLocaleString('en-US', { maximumSignificantDigits: 4 });
}
