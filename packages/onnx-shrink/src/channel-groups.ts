import { type ListedGroups, listGroups } from '@synaprune/axes';
import { analyseModel } from './analysis/analyse-model.js';
import { openModel } from './open/open-model.js';
import { type ChannelOptions, requireOnnxChannelOptions } from './options.js';
import { following } from './rules/following.js';

/**
 * The channels of a model that {@link shrinkOnnx} could remove, by groups that stand side by side, and those that have to
 * stay, with what holds them. The bytes are not changed.
 *
 * @throws TypeError | RangeError when an argument is wrong, or an option unknown
 * @throws PruneError `bad-model`; `external-data` when weights lie in files that were not given
 *
 * @example
 * ```ts
 * import { buildModel } from '@synaprune/onnx/graph';
 * import { channelGroups } from '@synaprune/onnx-shrink';
 *
 * const model = buildModel({
 *   inputs: { x: ['batch', 8] },
 *   tensors: {
 *     first: { shape: [8, 16], data: new Float32Array(128).fill(0.5) },
 *     second: { shape: [16, 4], data: new Float32Array(64).fill(0.5) },
 *   },
 *   nodes: [
 *     ['MatMul', ['x', 'first'], ['h']],
 *     ['MatMul', ['h', 'second'], ['y']],
 *   ],
 *   outputs: ['y'],
 * });
 * const { groups, held } = channelGroups(model);
 * console.log(groups.map(({ members }) => members.map(({ tensor, side }) => `${tensor} ${side}`))); // [ [ 'first makes', 'second reads' ] ]
 * console.log(held.map(({ name, heldBy }) => `${name}: ${heldBy}`)); // [ 'second[1]: the output "y", axis 1: it is given out' ]
 * ```
 */
export function channelGroups(bytes: Uint8Array, options: ChannelOptions = {}): ListedGroups {
  requireOnnxChannelOptions('channelGroups', options);
  const { across } = options;
  const { message, fixed } = openModel('channelGroups', bytes, options);
  return listGroups(analyseModel(message, following(across, fixed())));
}
