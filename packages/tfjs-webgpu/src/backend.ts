import { describe, requireBoolean, requireOptions } from '@synaprune/core/checks';
import { assembleBackend, pinBackend, type TfjsBackend, tfjsBackend } from '@synaprune/tfjs';
import { findGpu } from './internals/gpu.js';
import { gpuVerbs } from './verbs.js';

/** What {@link tfjsWebgpuBackend} is told. */
export interface TfjsWebgpuOptions {
  /** Whether kernels use subgroups; where tfjs's device has them, unless told. */
  readonly subgroups?: boolean;
  /** Where a fallback to tfjs's own operations is announced; `console.warn` unless told, `false` for nowhere. */
  readonly print?: ((text: string) => void) | false;
}

/**
 * Prunes `tf.Variable`s in the GPU buffers where tfjs's `webgpu` backend keeps them: the cut is searched, the masks
 * are kept at one bit an element, and the weights are zeroed there. An update reads back a few hundred bytes, and
 * enforcing after a step only enqueues.
 *
 * Where this version of tfjs does not let its buffers be reached, tfjs's own operations do the work, as
 * `tfjsBackend()` would: `print` is told so, and `manifest.name` says so.
 *
 * @throws TypeError when an option is unknown or of a wrong type
 * @throws PruneError `unsupported` when tfjs's current backend is not `webgpu`. Switching tfjs to another backend
 *   afterwards is an error at the next call
 *
 * @example
 * ```ts no-run
 * import { constantSparsity, createPruner, tfjsWebgpuBackend } from '@synaprune/tfjs-webgpu';
 * import * as tf from '@tensorflow/tfjs';
 * import '@tensorflow/tfjs-backend-webgpu';
 *
 * await tf.setBackend('webgpu');
 * const kernel = tf.variable(tf.tensor1d([3, -1, 2, -4]));
 * const pruner = createPruner({
 *   backend: tfjsWebgpuBackend(),
 *   weights: [{ name: 'kernel', weight: kernel }],
 *   schedule: constantSparsity(0.5),
 * });
 * await pruner.update(0);
 * console.log([...(await kernel.data())]); // [ 3, 0, 0, -4 ]
 * ```
 */
export function tfjsWebgpuBackend(options: TfjsWebgpuOptions = {}): TfjsBackend {
  requireOptions('tfjsWebgpuBackend', '', options, ['subgroups', 'print']);
  const { print = console.warn, subgroups }: TfjsWebgpuOptions = options;
  if (subgroups !== undefined) requireBoolean('tfjsWebgpuBackend', 'subgroups', subgroups);
  if (print !== false && typeof print !== 'function') {
    throw new TypeError(`tfjsWebgpuBackend needs print to be a function or false, got ${describe(print)}`);
  }
  const gpu = findGpu();
  if ('missing' in gpu) {
    const why = `this version of tfjs's webgpu backend has no ${gpu.missing}`;
    if (print !== false) print(`synaprune: ${why}; pruning through tfjs's own operations, which is slower`);
    const backend = tfjsBackend({ through: 'operations' });
    return { ...backend, manifest: { ...backend.manifest, name: 'tfjs (webgpu, through operations)' } };
  }
  const verbs = gpuVerbs(gpu, pinBackend(), subgroups === undefined ? {} : { subgroups });
  return assembleBackend(verbs, {
    name: 'tfjs (webgpu)',
    scores: ['magnitude', 'tensor', 'random'],
    // The kernels see bits, never floats, so that nothing is flushed.
    subnormals: 'ordered',
    nanPayloads: 'ordered',
  });
}
