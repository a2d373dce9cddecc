import type { PatternOption, Select } from '@synaprune/core';
import {
  describe,
  requireBoolean,
  requireChoice,
  requireFinite,
  requireFraction,
  requireOptions,
  requireWatched,
  requireWhole,
} from '@synaprune/core/checks';
import type { ExternalData } from '@synaprune/onnx';
import type { Importance, ShrinkOnnxOptions } from '@synaprune/onnx-shrink';
import {
  type AgreementMetric,
  type AgreementOptions,
  createAgreement,
  DAMPING,
  type MaskOptions,
  type SharedSparsity,
} from '@synaprune/refit';
import type { ModelSamples } from '../inputs/given-samples.js';
import type { Dimensions } from '../inputs/noise.js';
import type { ExecutionProviders, OnnxRuntime } from '../runtime/runtime.js';

/** How far a compression is. */
export interface CompressProgress {
  /** Layers are chosen and refitted one after the other; then the result is measured. */
  readonly stage: 'layers' | 'measuring';
  readonly done: number;
  readonly total: number | undefined;
  /** The layer that was done last. */
  readonly layer?: string;
}

/** What `compressOnnx` takes, whatever goes. */
export interface CompressCommon {
  /** The runtime: `import * as ort from 'onnxruntime-node'` or from `'onnxruntime-web'`. */
  readonly ort: OnnxRuntime;
  /** Bytes of the model. They are not changed. */
  readonly model: Uint8Array;
  /** The files that the model keeps weights in, by the names that it has for them; they become part of the result. */
  readonly externalData?: ExternalData | undefined;
  /**
   * Samples by the model's names, some dozens, without labels. The last fifth, at least one, is held back to measure
   * by; the others calibrate. Without any, seeded noise and a notice.
   */
  readonly inputs?: ModelSamples | undefined;
  /** Samples to measure by, instead of the last fifth of `inputs`. */
  readonly heldBack?: ModelSamples | undefined;
  /** Whether what stays is refitted to what the dense model gives. `true` unless told. */
  readonly refit?: boolean | undefined;
  /** How strongly weights are held where they are, of the mean square of what they read; 0.01 unless told, and more for
   * layers that few columns are there for. */
  readonly damping?: number | undefined;
  /**
   * Keeps weights in 8 bits as well, as `quantizeOnnx` does; the scale of each output and its bias are refitted once its
   * weights are rounded. In full unless told.
   */
  readonly quantize?: 'int8' | undefined;
  /** Of noise; 0 unless told. */
  readonly seed?: number | undefined;
  /** Lengths of what the model leaves open: for noise, and to count multiply-adds by where channels go. */
  readonly dimensions?: Dimensions | undefined;
  /** Outputs whose numbers rank classes though they are no distributions, as logits do; for the agreement. */
  readonly classes?: AgreementOptions['classes'] | undefined;
  /** Another measure than agreement. */
  readonly metric?: AgreementMetric | undefined;
  /** What to run on: the processor unless told. */
  readonly executionProviders?: ExecutionProviders | undefined;
  /** Ends the work: its reason is thrown. */
  readonly signal?: AbortSignal | undefined;
  /** Told after each layer and while the result is measured. */
  readonly onProgress?: ((progress: CompressProgress) => void) | undefined;
}

/** How single weights go: zeros in tensors of the same shape. */
export interface CompressWeights extends CompressCommon {
  readonly unit: 'weight';
  /** The fraction that stays of all weights that are pruned, in [0, 1]. What goes is rounded down, weight by weight. */
  readonly keep: number;
  /** Which weights; all kernels of layers unless told. */
  readonly select?: Select | undefined;
  /**
   * What ranks: `wanda` (unless told), |w| times the norm of its input, within each output; `magnitude`;
   * `obc`, which takes away one after the other what costs least, and takes longer.
   */
  readonly method?: MaskOptions['method'] | undefined;
  /**
   * How often, at most, an output swaps a weight that went with one that stays where that lowers what it misses; 0 unless
   * told. Of the patterns element and N of M.
   */
  readonly swaps?: number | undefined;
  /** How sparse each weight gets; `erk` unless told, `uniform` where the pattern is N of M. */
  readonly distribution?: SharedSparsity | undefined;
  /** What goes as one, on the axes of a layer's matrix `[outputs, inputs]`; single weights unless told. */
  readonly pattern?: PatternOption | undefined;
}

/** How whole channels go: tensors become smaller, and the model faster. */
export interface CompressChannels
  extends CompressCommon,
    Pick<ShrinkOnnxOptions, 'keep' | 'target' | 'select' | 'multipleOf' | 'distribution' | 'across'> {
  readonly unit: 'channel';
  /**
   * What ranks channels: `reconstruction` (unless told), by what the layers that read a channel would miss without it;
   * or what `shrinkOnnx` takes.
   */
  readonly importance?: 'reconstruction' | Importance | undefined;
}

/** How `compressOnnx` makes a model smaller. */
export type CompressOptions = CompressWeights | CompressChannels;

const COMMON = [
  ...['ort', 'model', 'externalData', 'inputs', 'heldBack', 'refit', 'damping', 'seed', 'dimensions'],
  ...['classes', 'metric', 'executionProviders', 'signal', 'onProgress', 'unit', 'keep', 'select'],
  ...['distribution', 'quantize'],
];

const BY_UNIT = {
  weight: ['method', 'pattern', 'swaps'],
  channel: ['target', 'multipleOf', 'across', 'importance'],
} as const;

/** Words of elsewhere. */
const ELSEWHERE = { sparsity: 'it is keep, the fraction that stays' };

/** @throws TypeError | RangeError when an option is unknown, or has a wrong type or value */
export function requireCompressOptions(options: CompressOptions): void {
  const caller = 'compressOnnx';
  const given: unknown = options;
  requireOptions(caller, '', given, [...COMMON, ...BY_UNIT.weight, ...BY_UNIT.channel], ELSEWHERE);
  requireChoice(caller, 'unit', given.unit, ['weight', 'channel']);
  requireOptions(`${caller} of unit ${given.unit}`, '', given, [...COMMON, ...BY_UNIT[given.unit]]);
  const { refit = true, damping = DAMPING, seed = 0, quantize } = options;
  requireBoolean(caller, 'refit', refit);
  requireFinite(caller, 'damping', damping);
  if (damping < 0) throw new RangeError(`${caller} needs damping of at least 0, got ${damping}`);
  requireWhole(caller, 'seed', seed);
  requireWatched(caller, options);
  const { classes, metric } = options;
  createAgreement({ classes, metric });
  if (quantize !== undefined) requireChoice(caller, 'quantize', quantize, ['int8']);
  if (!(options.model instanceof Uint8Array)) {
    throw new TypeError(
      `${caller} needs model to be the bytes of a model, a Uint8Array, got ${describe(options.model)}`,
    );
  }
  // What channels go is for shrinkOnnx to check.
  if (options.unit === 'channel') return;
  const { keep, method = 'wanda', distribution, swaps = 0 } = options;
  requireFraction(caller, 'keep', keep);
  requireWhole(caller, 'swaps', swaps);
  requireChoice(caller, 'method', method, METHODS);
  if (typeof distribution === 'string')
    requireChoice(caller, 'distribution', distribution, ['erk', 'uniform']);
}

const METHODS: readonly MaskOptions['method'][] = ['magnitude', 'wanda', 'obc'];
