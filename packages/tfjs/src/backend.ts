import { PruneError, type TensorBackend } from '@synaprune/core';
import * as tf from '@tensorflow/tfjs';
import { currentDevice } from './device.js';
import { findLiveMemory } from './live-memory.js';
import type { TfjsMask } from './mask.js';
import { memoryVerbs } from './memory-verbs.js';
import { operationVerbs } from './operation-verbs.js';
import { requireLive } from './require-fit.js';

/** What {@link tfjsBackend} makes: the contract, and the masks for those who mask gradients. */
export interface TfjsBackend extends TensorBackend<tf.Variable, TfjsMask> {
  /** The mask that a pruner holds on a variable, if one does: bool, true where kept. Not to be disposed. */
  maskOf(weight: tf.Variable): tf.Tensor | undefined;
  /**
   * A variable's gradient with the dropped elements at +0: a new tensor where a pruner holds a mask on the
   * variable, else the gradient itself.
   */
  maskGradient(weight: tf.Variable, gradient: tf.Tensor): tf.Tensor;
}

/** What {@link tfjsBackend} is told. */
export interface TfjsBackendOptions {
  /**
   * Magnitudes counted in one go while searching for a cut: more of them are fewer waits and more work. 1
   * where tfjs reads at once (cpu, wasm, tfjs-node), 15 elsewhere, unless told.
   */
  readonly cutsPerRound?: number;
  /**
   * `memory`: on the live values, through the kernels of `@synaprune/host`; the default where tensors are in
   * main memory (cpu, wasm). `operations`: in tfjs's own operations; the default elsewhere. Both give the same
   * masks.
   */
  readonly through?: 'memory' | 'operations';
}

/**
 * Prunes `tf.Variable`s where they are, on the tfjs backend that is current when this is called: `cpu`, `wasm`,
 * `webgl`, `webgpu` or `tensorflow` (tfjs-node). On cpu and wasm the live values are worked on, as fast as memory
 * allows; elsewhere tfjs's own operations do it, only counts are read back, and subnormal numbers tie with zero.
 *
 * A variable of a layers model is `layerVariable.read()`. Switching tfjs to another backend afterwards is an
 * error at the next call.
 *
 * @throws RangeError when `cutsPerRound` is no positive integer
 * @throws PruneError `unsupported` when `through: 'memory'` is asked of a backend that keeps its tensors elsewhere
 * @throws PruneError `unsupported` when a WebGL device has no float32
 *
 * @example
 * ```ts
 * import { constantSparsity, createPruner, tfjsBackend } from '@synaprune/tfjs';
 * import * as tf from '@tensorflow/tfjs';
 *
 * await tf.setBackend('cpu');
 * const kernel = tf.variable(tf.tensor1d([3, -1, 2, -4]));
 * const pruner = createPruner({
 *   backend: tfjsBackend(),
 *   weights: [{ name: 'kernel', weight: kernel }],
 *   schedule: constantSparsity(0.5),
 * });
 * await pruner.update(0);
 * console.log([...(await kernel.data())]); // [ 3, 0, 0, -4 ]
 * ```
 */
export function tfjsBackend({ cutsPerRound, through }: TfjsBackendOptions = {}): TfjsBackend {
  const device = currentDevice();
  const perRound = cutsPerRound ?? (device.synchronous ? 1 : 15);
  if (!Number.isInteger(perRound) || perRound < 1) {
    throw new RangeError(`tfjsBackend needs cutsPerRound to be a positive integer, got ${perRound}`);
  }
  const memory = through === 'operations' ? undefined : findLiveMemory();
  if (through === 'memory' && memory === undefined) {
    throw new PruneError(
      'unsupported',
      `the tensors of the tfjs backend ${device.name} are not within reach`,
    );
  }
  const instance = tf.backend();
  const requireInstance = (): void => {
    device.requireCurrent();
    if (tf.backend() !== instance) {
      throw new PruneError(
        'unsupported',
        `the tfjs backend ${device.name} was made anew; make a new tfjsBackend too`,
      );
    }
  };
  const verbs = memory ? memoryVerbs(memory, requireInstance) : operationVerbs(device, perRound);
  const masks = new Map<tf.Variable, TfjsMask[]>();

  return {
    ...verbs,
    manifest: {
      name: `tfjs (${device.name})`,
      patterns: ['element'],
      scores: ['magnitude', 'tensor', 'random'],
      directions: ['drop'],
      subnormals: device.subnormals,
      nanPayloads: memory ? 'ordered' : 'tied',
    },

    maskOf: (weight) => masks.get(weight)?.[0]?.kept,

    maskGradient(weight, gradient) {
      const mask = masks.get(weight)?.[0];
      return mask === undefined ? gradient : verbs.maskTensor(mask, gradient);
    },

    shape: (weight) => requireLive(weight).shape,

    createMask(weight) {
      const mask = verbs.createMask(weight);
      masks.set(weight, [...(masks.get(weight) ?? []), mask]);
      return mask;
    },

    disposeMask(mask) {
      for (const [weight, list] of masks) {
        const rest = list.filter((other) => other !== mask);
        if (rest.length === 0) masks.delete(weight);
        else masks.set(weight, rest);
      }
      verbs.disposeMask(mask);
    },
  };
}
