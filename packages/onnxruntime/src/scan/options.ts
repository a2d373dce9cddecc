import type { Notice, PatternOption, Select } from '@synaprune/core';
import {
  describe,
  requireChoice,
  requireFinite,
  requireOptions,
  requireWatched,
} from '@synaprune/core/checks';
import type { ExternalData, PruneOnnxOptions } from '@synaprune/onnx';
import type { ImportanceOptions } from '@synaprune/onnx-shrink';
import {
  type AgreementMetric,
  type AgreementOptions,
  createAgreement,
  type SensitivityCurve,
} from '@synaprune/refit';
import { SAMPLE_OPTIONS, type SampleOptions } from '../inputs/open-samples.js';
import { type ExecutionProviders, type OnnxRuntime, requireRuntime } from '../runtime/runtime.js';

/** What `scanOnnx` is told. */
export interface ScanOptions extends SampleOptions {
  /** The runtime: `import * as ort from 'onnxruntime-node'` or from `'onnxruntime-web'`. */
  readonly ort: OnnxRuntime;
  /** Bytes of the model. They are not changed. */
  readonly model: Uint8Array;
  /** The files that the model keeps weights in, by the names that it has for them. */
  readonly externalData?: ExternalData | undefined;
  /**
   * What is pruned alone: the elements of one weight, or the channels of one group with all that goes with them.
   * `weight` unless told.
   */
  readonly unit?: 'weight' | 'channel' | undefined;
  /** The sparsities that are tried, in (0, 1): 0.3, 0.5, 0.7 and 0.9 unless told. */
  readonly levels?: readonly number[] | undefined;
  /** Which weights, by unit `weight`; those that `pruneOnnx` prunes unless told. */
  readonly select?: Select | undefined;
  /** What ranks elements, by unit `weight`, as in `pruneOnnx`. Their magnitude unless told. */
  readonly score?: PruneOnnxOptions['score'];
  /** What goes as one, by unit `weight`, as in `pruneOnnx`. Single elements unless told. */
  readonly pattern?: PatternOption | undefined;
  /** What ranks channels, by unit `channel`, as in `shrinkOnnx`. */
  readonly importance?: ImportanceOptions['importance'];
  /** Outputs whose numbers rank classes though they are no distributions, as logits do. */
  readonly classes?: AgreementOptions['classes'];
  /** Another measure than agreement, in [0, 1] for each pair of answers. */
  readonly metric?: AgreementMetric | undefined;
  /** What to run on: the processor unless told. */
  readonly executionProviders?: ExecutionProviders | undefined;
  /** Threads of a run; 1 unless told. */
  readonly threads?: number | undefined;
  /** Ends the scan: its reason is thrown. */
  readonly signal?: AbortSignal | undefined;
  /** Told after each layer at each level. */
  readonly onProgress?: ((progress: ScanProgress) => void) | undefined;
}

/** How far a scan is. */
export interface ScanProgress {
  /** Layers, each at each level, that were tried. */
  readonly done: number;
  readonly total: number;
  readonly layer: string;
  readonly sparsity: number;
  readonly agreement: number;
}

/** How much each layer bears. */
export interface OnnxScan {
  readonly unit: 'weight' | 'channel';
  /**
   * A curve for each weight or group, in the order of the model: for `sensitivityDistribution` and `keepBySensitivity`.
   * The sparsities are those that came about, of whole elements or channels.
   */
  readonly layers: readonly SensitivityCurve[];
  /** Samples that each was tried on. */
  readonly samples: number;
  readonly notices: readonly Notice[];
}

/** Options with defaults filled in. */
export interface CheckedScan extends ScanOptions {
  readonly unit: 'weight' | 'channel';
  /** Rising, each once. */
  readonly levels: readonly number[];
  readonly threads: number;
}

const CHANNEL = ['importance'];
const WEIGHT = ['select', 'score', 'pattern'];
const KEYS = [
  ...['ort', 'model', 'externalData', 'unit', 'levels', 'classes', 'metric', 'executionProviders', 'threads'],
  ...['signal', 'onProgress', ...SAMPLE_OPTIONS],
];

/** @throws TypeError | RangeError when an option is unknown, or has a wrong type or value */
export function requireScanOptions(options: ScanOptions): CheckedScan {
  const caller = 'scanOnnx';
  const given: unknown = options;
  requireOptions(caller, '', given, [...KEYS, ...WEIGHT, ...CHANNEL]);
  requireWatched(caller, options);
  const { classes, metric } = options;
  createAgreement({ classes, metric });
  const { unit = 'weight', levels = [0.3, 0.5, 0.7, 0.9], threads = 1 } = options;
  requireRuntime(options.ort, caller);
  requireChoice(caller, 'unit', unit, ['weight', 'channel']);
  const other = (unit === 'weight' ? CHANNEL : WEIGHT).find((name) => given[name] !== undefined);
  if (other !== undefined) throw new TypeError(`${caller} takes no ${other} where unit is "${unit}"`);
  if (!(options.model instanceof Uint8Array)) {
    throw new TypeError(
      `${caller} needs model to be the bytes of a model, a Uint8Array, got ${describe(options.model)}`,
    );
  }
  if (!Array.isArray(levels) || levels.length === 0) {
    throw new TypeError(`${caller} needs levels to be a list of sparsities, got ${describe(levels)}`);
  }
  for (const level of levels) {
    requireFinite(caller, 'levels', level);
    if (level <= 0 || level >= 1) throw new RangeError(`${caller} needs levels in (0, 1), got ${level}`);
  }
  return { ...options, unit, levels: [...new Set(levels)].sort((a, b) => a - b), threads };
}
