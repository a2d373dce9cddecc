import type { LinearBaseline } from './baselines/linear.js';
import type { Stretch } from './protocols/stretch.js';
import type { ModelName, RunResult, RunSpec, Score } from './run.js';
import type { Stored } from './store/run-kind.js';
import type { Protocol, SeriesIdentity } from './task.js';

/** One line of a store: a finished run. Its key: `store/key.ts`. */
export type StoredRun = Stored<RunSpec, RunResult>;

/** A run that ended without a result. */
export interface Failed<Spec> {
  readonly key: string;
  readonly spec: Spec;
  readonly message: string;
}

/** One cell of the design: an arm on one series with one model and one length. */
export interface Cell {
  readonly arm: string;
  readonly model: ModelName;
  /** Index into {@link Study.series}. */
  readonly series: number;
  readonly length: number;
  /** Label of the candidate that validation chose; empty for arms without training. */
  readonly chosen: string;
  /** Every candidate with its mean validation error (scaled MAE) over the tuning seeds. */
  readonly tuning: readonly {
    readonly label: string;
    readonly scaledMae: number;
    readonly keys: readonly string[];
  }[];
  /** The scored runs, one a seed; empty for persistence and while runs are missing. */
  readonly runs: readonly { readonly seed: number; readonly key: string }[];
}

/** Everything a report is made from. */
export interface Study {
  readonly protocol: Protocol;
  readonly series: readonly SeriesIdentity[];
  readonly remarks: readonly {
    readonly series: number;
    readonly length: number;
    readonly remarks: readonly string[];
  }[];
  /** What repeating the last value scores on the test part, whatever else has run. */
  readonly persistence: readonly {
    readonly series: number;
    readonly length: number;
    readonly score: Score;
  }[];
  /** What a linear model of the same windows scores there, and the end of the test part as it and the last value have it. */
  readonly linear: readonly (LinearBaseline & {
    readonly series: number;
    readonly length: number;
    readonly stretch: Stretch;
  })[];
  /** What was asked for and cannot be had, with the reason; `model: null` stands for all of them. */
  readonly impossible: readonly {
    readonly series: number;
    readonly length: number;
    readonly model: ModelName | null;
    readonly reason: string;
  }[];
  readonly models: readonly ModelName[];
  readonly lengths: readonly number[];
  readonly seeds: readonly number[];
  readonly tuningSeeds: readonly number[];
  readonly arms: readonly {
    readonly name: string;
    readonly title: string;
    readonly explanation: string;
    readonly evaluation: keyof RunResult['test'];
  }[];
  readonly cells: readonly Cell[];
  /** Finished runs by key. */
  readonly runs: ReadonlyMap<string, StoredRun>;
  /** Runs that the design needs and the store does not have. */
  readonly missing: number;
  readonly failed: readonly Failed<RunSpec>[];
  readonly machine: { readonly cpu: string; readonly cores: number; readonly node: string };
  /** ISO 8601. */
  readonly date: string;
  /** Wall time of all runs together, seconds. */
  readonly runSeconds: number;
}
