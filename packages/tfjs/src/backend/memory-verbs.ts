import { wrapBackend } from '@synaprune/core';
import { type HostMask, type HostWeight, holdsDropped, hostBackend } from '@synaprune/host';
import * as tf from '@tensorflow/tfjs-core';
import type { LiveMemory } from '../internals/live-memory.js';
import type { TfjsVerbs } from './assemble-backend.js';
import { liveShape, requireVariable } from './handles.js';
import { type TfjsMask, unpackBits } from './mask.js';

/** A mask in main memory, and the tensor it makes for those who ask for one. */
interface MemoryMask extends TfjsMask {
  readonly bits: HostMask;
  /** Drops the tensor, which the mask has outgrown. */
  forget(): void;
}

/**
 * The verbs on tensors in main memory: those of the host backend, on the live values, so that nothing is copied. A
 * variable whose values others share (clones, snapshots) gets values of its own before they are written.
 */
export function memoryVerbs(memory: LiveMemory, requireCurrent: () => void): TfjsVerbs {
  const host = hostBackend(memory.kernels === undefined ? {} : { kernels: memory.kernels });
  const { extent: _, ...verbs } = wrapBackend<
    { readonly weight: tf.Variable; readonly mask: TfjsMask },
    { readonly weight: HostWeight; readonly mask: HostMask }
  >(host, {
    shape: liveShape,
    weight: (weight) => memory.locate(weight),
    mask: (mask) => (mask as MemoryMask).bits,
    wrapMask: (bits, weight) => createMemoryMask(requireVariable(weight).shape, bits),
    around: (verb, work) => {
      // What is given back is given back wherever tfjs is by then.
      if (verb !== 'disposeMask' && verb !== 'disposePooled') requireCurrent();
      return work();
    },
    beforeWrite(items, verb) {
      for (const item of items) {
        memory.own(
          item.weight,
          () =>
            verb === 'dropAndEnforce' ||
            holdsDropped(memory.locate(item.weight), (item.mask as MemoryMask).bits),
        );
      }
    },
    masksChanged: (masks) => {
      for (const mask of masks) (mask as MemoryMask).forget();
    },
    maskDisposed: (mask) => (mask as MemoryMask).forget(),
  });
  // Two variables may share their values until one of them is written: they lie nowhere for good.
  return {
    ...verbs,
    maskTensor(mask, values) {
      // A copy through an operation, because a clone would share the values; a product with 1 changes no bit.
      const copy = tf.mul(values, 1);
      host.enforce([{ weight: memory.locate(copy), mask: (mask as MemoryMask).bits }]);
      return copy;
    },
  };

  function createMemoryMask(shape: readonly number[], bits: HostMask): MemoryMask {
    let tensor: tf.Tensor | undefined;
    return {
      shape: [...shape],
      bits,
      get kept() {
        tensor ??= tf.keep(
          tf.tensor(unpackBits(host.readMask(bits) as Uint8Array, bits.elements), [...shape], 'bool'),
        );
        return tensor;
      },
      forget() {
        tensor?.dispose();
        tensor = undefined;
      },
    };
  }
}
