import type { ReadSeries } from '@synaprune/examples-kit/csv/read-csv';
import { machineFacts } from '@synaprune/examples-kit/machine';
import {
  deviationOf,
  type Errors,
  errorsOf,
  meanOf,
  type PairedDifference,
  pairedDifference,
} from '@synaprune/examples-kit/metrics';
import { type ToldNotice, tellNotices } from '@synaprune/examples-kit/notices';
import { isoDay } from '@synaprune/examples-kit/series/days';
import { targetOf } from '@synaprune/examples-kit/series/series';
import { splitRows } from '@synaprune/examples-kit/series/split';
import type { Dataset } from '@synaprune/examples-kit/series/windows';
import { ARMS, type Arm, TRAININGS } from './arms.js';
import { type CurvePoint, curveOf } from './curve.js';
import type { LinearModel } from './linear-model.js';
import type { LossyModel } from './lossy-models.js';
import type { ForecasterSpeed } from './measure-speed.js';
import type { Options } from './options.js';
import type { RunResult, Sizes } from './train.js';

/** One arm over all its seeds. Means, and sample standard deviations where the name says so. */
export interface ArmSummary {
  readonly name: Arm['name'];
  readonly explanation: string;
  readonly mae: number;
  readonly maeDeviation: number;
  readonly rmse: number;
  readonly rmseDeviation: number;
  /** MAE of repeating the last value, on the same rows. */
  readonly persistenceMae: number;
  /** MAE divided by persistence's. */
  readonly persistenceRatio: number;
  /** MAE divided by that of the better naive forecast. */
  readonly naiveRatio: number;
  /** Reached sparsity of the restored models, counted in the masks. */
  readonly sparsity: number;
  /** Hidden units. */
  readonly hidden: number;
  /** Numbers that are not dropped, biases among them. */
  readonly numbers: number;
  readonly sizes: Sizes;
  /** Sparse files with values in fewer bits: means, and of the errors of a weight the largest. */
  readonly lossy: readonly LossyModel[];
  /** Seconds for one run. */
  readonly seconds: number;
  /** MAE minus that of `none`, seed by seed; `null` for `none` itself or without a common seed. */
  readonly againstNone: (PairedDifference & { readonly seeds: number }) | null;
  readonly runs: readonly RunSummary[];
}

/** One run as `results.json` keeps it. */
export type RunSummary = Omit<RunResult, 'arm' | 'target' | 'files' | 'forecasts' | 'kernels' | 'weights'> & {
  readonly kernels: readonly {
    readonly name: string;
    readonly shape: readonly number[];
    readonly sparsity: number;
  }[];
};

/** What `results.json` holds. */
export interface Results {
  readonly version: 1;
  readonly created: string;
  /** Whether every run that was asked for has finished. */
  readonly complete: boolean;
  readonly machine: Readonly<Record<string, string | number>>;
  readonly data: {
    readonly name: string;
    readonly provenance: string;
    readonly licence: string;
    readonly rows: number;
    readonly from: string | null;
    readonly to: string | null;
    readonly target: string;
    readonly unit: string;
    readonly step: string;
    readonly shown: 'levels' | 'changes';
    readonly features: readonly string[];
    readonly ignored: readonly { readonly name: string; readonly reason: string }[];
    /** What was put right or left out in the file, or is odd about it. */
    readonly remarks: readonly string[];
    readonly split: { readonly train: number; readonly validation: number; readonly test: number };
    readonly windows: { readonly train: number; readonly validation: number; readonly test: number };
    readonly skippedWindows: number;
    /** The naive forecast that the models correct. */
    readonly reference: 'last' | 'season';
    /** Size of the target's differences from the reference in the training part: the unit of the root of a loss. */
    readonly changeSize: number;
  };
  readonly options: Readonly<Record<string, unknown>>;
  /** Repeating the last value, on the test part. */
  readonly persistence: Errors;
  /** Repeating the value of one season ago, where the data has a season. */
  readonly seasonal: (Errors & { readonly label: string; readonly rows: number }) | null;
  /** The better of the two on the test part: what a forecast has to beat. */
  readonly naive: Errors & { readonly label: string };
  /** A linear model of the same windows; `null` where they have too many inputs to solve for. */
  readonly linear: LinearModel | null;
  readonly arms: readonly ArmSummary[];
  /** Error against sparsity: models of the first seed, the denser first; empty where none was asked for. */
  readonly curve: readonly CurvePoint[];
  /**
   * What the pruned forecaster of the first seed takes to predict in tfjs, dense and accelerated; `null` where the run did
   * not come that far.
   */
  readonly speed: ForecasterSpeed | null;
}

/** Puts together what `results.json` holds, from the runs that have finished. */
export function summarise(
  { series, remarks }: ReadSeries,
  dataset: Dataset,
  linear: LinearModel | null,
  options: Options & { readonly backend: string },
  all: readonly RunResult[],
  versions: Readonly<Record<string, string>>,
  speed: ForecasterSpeed | null,
): Results {
  const { test, validation } = dataset;
  const runs = all.filter(({ target }) => target === null);
  const persistence = errorsOf(test.last, test.truth);
  const seasonal =
    series.season === null ? null : { ...errorsOf(test.seasonAgo, test.truth), ...series.season };
  const naive =
    seasonal !== null && seasonal.mae < persistence.mae
      ? { label: seasonal.label, mae: seasonal.mae, rmse: seasonal.rmse }
      : { label: 'last value', ...persistence };
  const finished = options.seeds.length * TRAININGS.length + options.curve.length;
  const rows = targetOf(series).values.length;
  const split = splitRows(rows);
  const arms = ARMS.flatMap(
    (arm) => summariseArm(arm, runs, { persistenceMae: persistence.mae, naiveMae: naive.mae }) ?? [],
  );
  return {
    version: 1,
    created: new Date().toISOString(),
    complete: trainingsIn(all) === finished,
    machine: {
      ...machineFacts(),
      runtime: options.runtime,
      backend: options.backend,
      ...versions,
      ...speed?.versions,
    },
    data: {
      name: series.name,
      provenance: series.provenance,
      licence: series.licence,
      rows,
      from: series.dates === null ? null : isoDay(series.dates[0]!),
      to: series.dates === null ? null : isoDay(series.dates.at(-1)!),
      target: targetOf(series).name,
      unit: series.unit,
      step: series.step,
      shown: series.inputs,
      features: dataset.features,
      ignored: [
        ...series.ignored,
        ...dataset.constant.map((name) => ({ name, reason: 'constant in the training part' })),
      ],
      remarks,
      split: {
        train: split.train.to - split.train.from,
        validation: split.validation.to - split.validation.from,
        test: split.test.to - split.test.from,
      },
      windows: {
        train: dataset.train.truth.length,
        validation: validation.truth.length,
        test: test.truth.length,
      },
      skippedWindows: dataset.skipped,
      reference: dataset.reference,
      changeSize: dataset.changeSize,
    },
    options: {
      quick: options.quick,
      seeds: options.seeds,
      ...options.settings,
      curve: options.curve,
    },
    persistence,
    seasonal,
    naive,
    linear,
    arms,
    curve: curveOf(all, options.seeds[0]!),
    speed,
  };
}

/** What did not come to hold, by arm. */
export function noticesOf({ arms }: Pick<Results, 'arms'>): ToldNotice[] {
  return tellNotices(arms.flatMap(({ name, runs }) => runs.map(({ notices }) => ({ who: name, notices }))));
}

/** Results as text; the same numbers give the same text. */
export function resultsJson(results: Results): string {
  return `${JSON.stringify(results, null, 2)}\n`;
}

/** Trainings whose results are here: an arm that evaluates another's models has none of its own. */
function trainingsIn(runs: readonly RunResult[]): number {
  return runs.filter(({ arm }) => arm !== 'mc-dropout').length;
}

function summariseArm(
  arm: Arm,
  runs: readonly RunResult[],
  { persistenceMae, naiveMae }: { readonly persistenceMae: number; readonly naiveMae: number },
): ArmSummary | null {
  const own = runs.filter((run) => run.arm === arm.name).sort((a, b) => a.seed - b.seed);
  if (own.length === 0) return null;
  const mean = (of: (run: RunResult) => number) => meanOf(own.map(of));
  const mae = mean((run) => run.mae);
  return {
    name: arm.name,
    explanation: arm.explanation,
    mae,
    maeDeviation: deviationOf(own.map((run) => run.mae)),
    rmse: mean((run) => run.rmse),
    rmseDeviation: deviationOf(own.map((run) => run.rmse)),
    persistenceMae,
    persistenceRatio: mae / persistenceMae,
    naiveRatio: mae / naiveMae,
    sparsity: mean((run) => run.sparsity),
    hidden: own[0]!.hidden,
    numbers: mean((run) => run.numbers),
    sizes: {
      denseBytes: mean((run) => run.sizes.denseBytes),
      gzipBytes: mean((run) => run.sizes.gzipBytes),
      brotliBytes: mean((run) => run.sizes.brotliBytes),
      packedBytes: mean((run) => run.sizes.packedBytes),
    },
    lossy: own[0]!.lossy.map((_, form) => summariseLossy(own.map((run) => run.lossy[form]!))),
    seconds: mean((run) => run.seconds),
    againstNone: arm.name === 'none' ? null : compareWithNone(own, runs),
    runs: own.map(
      ({
        arm: _,
        target: _target,
        files: _files,
        weights: _weights,
        forecasts: _forecasts,
        kernels,
        epochs,
        ...run
      }) => ({
        ...run,
        kernels: kernels.map(({ name, shape }) => ({
          name,
          shape,
          sparsity: epochs[run.bestEpoch]!.kernels.find((kernel) => kernel.name === name)!.sparsity,
        })),
        epochs,
      }),
    ),
  };
}

function summariseLossy(models: readonly LossyModel[]): LossyModel {
  return {
    values: models[0]!.values,
    bytes: meanOf(models.map(({ bytes }) => bytes)),
    error: {
      absolute: Math.max(...models.map(({ error }) => error.absolute)),
      relative: Math.max(...models.map(({ error }) => error.relative)),
    },
    mae: meanOf(models.map(({ mae }) => mae)),
  };
}

function compareWithNone(own: readonly RunResult[], runs: readonly RunResult[]): ArmSummary['againstNone'] {
  const none = new Map(runs.filter((run) => run.arm === 'none').map((run) => [run.seed, run.mae]));
  const paired = own.filter((run) => none.has(run.seed));
  if (paired.length === 0) return null;
  const difference = pairedDifference(
    paired.map((run) => run.mae),
    paired.map((run) => none.get(run.seed)!),
  );
  return { ...difference, seeds: paired.length };
}
