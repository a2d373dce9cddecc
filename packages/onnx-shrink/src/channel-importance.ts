import { type Importance, listImportance, requireChannelOptions, requireImportance } from '@synaprune/axes';
import { analyseModel } from './analysis/analyse-model.js';
import { openModel } from './open/open-model.js';
import { type ChannelOptions, ONNX_OPTIONS } from './options.js';
import { following } from './rules/following.js';

/** How `channelImportance` ranks. */
export interface ImportanceOptions extends ChannelOptions {
  /** `'l2'` unless told, as in {@link shrinkOnnx}. */
  readonly importance?: Importance;
}

/**
 * What ranks the channels of a model, by the names of groups, and nothing else: for those who choose by themselves, and
 * cut by `shrinkOnnx(bytes, { keep: { 'conv1.weight[0]': [0, 3, 5] } })`. The bytes are not changed.
 *
 * @throws TypeError | RangeError when an argument is wrong, or an option unknown
 * @throws PruneError `bad-model`, `external-data`, `score-mismatch`, `mask-mismatch`
 *
 * @example
 * ```ts
 * import { buildModel } from '@synaprune/onnx/graph';
 * import { channelImportance } from '@synaprune/onnx-shrink';
 *
 * const model = buildModel({
 *   inputs: { x: [1, 2] },
 *   tensors: {
 *     first: { shape: [2, 3], data: [3, 1, 0, 4, 0, 2] },
 *     second: { shape: [3, 1], data: [1, 1, 1] },
 *   },
 *   nodes: [
 *     ['MatMul', ['x', 'first'], ['h']],
 *     ['MatMul', ['h', 'second'], ['y']],
 *   ],
 *   outputs: ['y'],
 * });
 * console.log(channelImportance(model)); // { 'first[1]': [ 5, 1, 2 ] }
 * ```
 */
export function channelImportance(
  bytes: Uint8Array,
  options: ImportanceOptions = {},
): Readonly<Record<string, readonly number[]>> {
  requireChannelOptions('channelImportance', options, ['importance', ...ONNX_OPTIONS]);
  const { across, importance } = options;
  if (importance !== undefined) requireImportance('channelImportance', importance);
  const { message, fixed } = openModel('channelImportance', bytes, options);
  const analysis = analyseModel(message, following(across, fixed()));
  return listImportance('channelImportance', analysis, importance);
}
