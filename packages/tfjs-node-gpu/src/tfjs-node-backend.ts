import { requireOptions } from '@synaprune/core/checks';
import { type TfjsBackend, type TfjsBackendOptions, tfjsBackend } from '@synaprune/tfjs';
import { currentLibtensorflow, describeLibtensorflow } from './libtensorflow.js';

/** What {@link tfjsNodeBackend} is told. */
export type TfjsNodeBackendOptions = Pick<TfjsBackendOptions, 'cutsPerRound'>;

/**
 * Prunes `tf.Variable`s on libtensorflow, in the memory of its device: the GPU with `@tensorflow/tfjs-node-gpu`
 * where CUDA finds one, else main memory. Nothing but counts is read back: 4 bytes for every 2²² elements in each
 * of 31 rounds of the search for a cut, then a few a weight. `manifest.name` tells the package and the device.
 *
 * All operations are of float32 and bool, because libtensorflow's kernels of int32 compute on the host. Counts
 * are float32 sums over at most 2²² elements, which are exact, added up on the host.
 *
 * Subnormal numbers tie with zero. libtensorflow flushes them in its threads, and how much of a tensor its
 * threads get depends on its size, so that no probe could promise more; no comparison here has a subnormal
 * number for its bound, which makes the masks the same either way. Kept weights stay as they are, bit for bit,
 * subnormal or not.
 *
 * @param options `cutsPerRound` as in `tfjsBackend` of `@synaprune/tfjs`; 1 unless told, because a read costs less
 *   here than a pass over the weights
 * @throws TypeError | RangeError when an option is unknown, or `cutsPerRound` is no positive integer
 * @throws PruneError `unsupported` when tfjs's current backend is not that of tfjs-node; says what to import
 *
 * @example
 * ```ts no-run
 * import { constantSparsity, createPruner, tfjsNodeBackend } from '@synaprune/tfjs-node-gpu';
 * import * as tf from '@tensorflow/tfjs-node';
 *
 * const kernel = tf.variable(tf.tensor1d([3, -1, 2, -4]));
 * const backend = tfjsNodeBackend();
 * const weights = [{ name: 'kernel', weight: kernel }];
 * const pruner = createPruner({ backend, weights, schedule: constantSparsity(0.5) });
 * await pruner.update(0);
 * console.log(backend.manifest.name, kernel.dataSync()); // tfjs-node (CPU) Float32Array [ 3, 0, 0, -4 ]
 * ```
 */
export function tfjsNodeBackend(options: TfjsNodeBackendOptions = {}): TfjsBackend {
  requireOptions('tfjsNodeBackend', '', options, ['cutsPerRound']);
  const name = describeLibtensorflow(currentLibtensorflow());
  const backend = tfjsBackend({ ...options, through: 'operations' });
  return { ...backend, manifest: { ...backend.manifest, name } };
}
