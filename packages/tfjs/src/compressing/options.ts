import type { PatternOption, Select } from '@synaprune/core';
import {
  isRecord,
  requireBoolean,
  requireChoice,
  requireFinite,
  requireFraction,
  requireOptions,
  requireWatched,
  requireWhole,
} from '@synaprune/core/checks';
import { type AgreementMetric, createAgreement, DAMPING, type SharedSparsity } from '@synaprune/refit';
import type { ShrinkOptions } from '@synaprune/tfjs-files';
import type { ModelInputs } from '../inputs/model-batches.js';

/** How far a compression is. */
export interface CompressProgress {
  /** Layers are chosen and refitted one after the other; then the result is measured. */
  readonly stage: 'layers' | 'measuring';
  readonly done: number;
  readonly total: number;
  /** The layer that was done last. */
  readonly layer?: string;
}

/** What compressing takes, whatever goes. */
export interface CompressCommon {
  /**
   * Samples, some dozens, without labels. The last fifth, at least one, is held back to measure by; the others calibrate.
   * Without any, seeded noise and a notice.
   */
  readonly inputs?: ModelInputs;
  /** Samples to measure by, instead of the last fifth of `inputs`. */
  readonly heldBack?: ModelInputs;
  /** Whether what stays is refitted to what the dense model gives. `true` unless told. */
  readonly refit?: boolean;
  /**
   * How strongly weights are held where they are, of the mean square of what they read; 0.01 unless told, and more for
   * layers that few samples are there for.
   */
  readonly damping?: number;
  /** Places that a layer is refitted on at most, positions of a convolution and steps of a sequence each; 6,000 unless told. */
  readonly columns?: number;
  /** Of noise; 0 unless told. */
  readonly seed?: number;
  /** Outputs whose numbers rank classes though they are no distributions, as logits do; for the agreement. */
  readonly classes?: readonly string[];
  /** Another measure than agreement, in [0, 1] for each pair of answers. */
  readonly metric?: AgreementMetric;
  /** Ends the work: its reason is thrown. */
  readonly signal?: AbortSignal;
  /** Told after each layer and while the result is measured. */
  readonly onProgress?: (progress: CompressProgress) => void;
}

/** How single weights go: zeros in tensors of the same shape. */
export interface CompressWeights extends CompressCommon {
  readonly unit: 'weight';
  /** The fraction that stays of all weights that are pruned, in [0, 1]. What goes is rounded down, weight by weight. */
  readonly keep: number;
  /** Which weights; all kernels of layers unless told. */
  readonly select?: Select;
  /** What ranks: `wanda` (unless told), |w| times the norm of its input, within each output; `magnitude`. */
  readonly method?: 'magnitude' | 'wanda';
  /** How sparse each weight gets; `erk` unless told, `uniform` where the pattern is N of M. */
  readonly distribution?: SharedSparsity;
  /** What goes as one, on the axes of a layer's matrix `[outputs, inputs]`; single weights unless told. */
  readonly pattern?: PatternOption;
}

/** How whole channels and units go, with everything that belongs to them: the model is really smaller. */
export interface CompressChannels
  extends CompressCommon,
    Pick<
      ShrinkOptions,
      'keep' | 'target' | 'select' | 'multipleOf' | 'importance' | 'distribution' | 'across'
    > {
  readonly unit: 'channel';
}

/** How `compressModel` makes a model smaller. */
export type CompressModelOptions = CompressWeights | CompressChannels;

const COMMON = [
  ...[
    'inputs',
    'heldBack',
    'refit',
    'damping',
    'columns',
    'seed',
    'classes',
    'metric',
    'signal',
    'onProgress',
  ],
  ...['unit', 'keep', 'select', 'distribution'],
];
const OF_UNIT = {
  weight: ['method', 'pattern'],
  channel: ['target', 'multipleOf', 'importance', 'across'],
} as const;

/** Words of elsewhere. */
const ELSEWHERE = { sparsity: 'it is keep, the fraction that stays', samples: 'it is columns' };

/** @throws TypeError | RangeError when an option is unknown, or has a wrong type or value */
export function requireCompressOptions(caller: string, options: CompressModelOptions): void {
  const given: unknown = options;
  if (!isRecord(given)) requireOptions(caller, '', given, COMMON);
  const { unit, refit = true, damping = DAMPING, columns = COLUMNS, seed = 0 } = options;
  requireChoice(caller, 'unit', unit, ['weight', 'channel']);
  requireOptions(caller, '', given, [...COMMON, ...OF_UNIT[unit]], ELSEWHERE);
  requireBoolean(caller, 'refit', refit);
  requireFinite(caller, 'damping', damping);
  if (damping < 0) throw new RangeError(`${caller} needs damping of at least 0, got ${damping}`);
  requireWhole(caller, 'columns', columns, 1);
  requireWhole(caller, 'seed', seed);
  requireWatched(caller, options);
  const { classes, metric } = options;
  createAgreement({ classes, metric });
  if (options.unit !== 'weight') return;
  requireFraction(caller, 'keep', options.keep);
  requireChoice(caller, 'method', options.method ?? 'wanda', ['magnitude', 'wanda']);
  const { distribution } = options;
  if (typeof distribution === 'string')
    requireChoice(caller, 'distribution', distribution, ['erk', 'uniform']);
}

/** Places that a layer is refitted on, unless told. */
export const COLUMNS = 6000;

/** What shrinking is told of it. */
export function shrinkOptionsOf(options: CompressChannels): ShrinkOptions {
  const { keep, target, select, multipleOf, importance, distribution, across } = options;
  const given = { keep, target, select, multipleOf, importance, distribution, across };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}
