import { PruneError } from '@synaprune/core';
import { requireChoice, requireOptions, requireWhole } from '@synaprune/core/checks';
import { findLiveMemory } from '../internals/live-memory.js';
import { assembleBackend, type TfjsBackend } from './assemble-backend.js';
import { currentDevice, pinBackend } from './device.js';
import { memoryVerbs } from './memory-verbs.js';
import { operationVerbs } from './operation-verbs.js';

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
 * @throws TypeError | RangeError when an option is unknown, or `cutsPerRound` is no positive integer
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
export function tfjsBackend(options: TfjsBackendOptions = {}): TfjsBackend {
  requireOptions('tfjsBackend', '', options, ['cutsPerRound', 'through']);
  const device = currentDevice();
  const { cutsPerRound = device.synchronous ? 1 : 15, through }: TfjsBackendOptions = options;
  requireWhole('tfjsBackend', 'cutsPerRound', cutsPerRound, 1);
  if (through !== undefined) requireChoice('tfjsBackend', 'through', through, ['memory', 'operations']);
  const memory = through === 'operations' ? undefined : findLiveMemory();
  if (through === 'memory' && memory === undefined) {
    throw new PruneError(
      'unsupported',
      `the tensors of the tfjs backend ${device.name} are not within reach`,
    );
  }
  const requireInstance = pinBackend(device);
  const verbs = memory ? memoryVerbs(memory, requireInstance) : operationVerbs(device, cutsPerRound);
  return assembleBackend(verbs, {
    name: `tfjs (${device.name})`,
    scores: ['magnitude', 'tensor', 'random'],
    subnormals: device.subnormals,
    nanPayloads: memory ? 'ordered' : 'tied',
  });
}
