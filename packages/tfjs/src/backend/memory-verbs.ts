import { type CutGroup, type Item, PruneError } from '@synaprune/core';
import { type HostMask, type HostWeight, hostBackend } from '@synaprune/host';
import * as tf from '@tensorflow/tfjs-core';
import type { LiveMemory } from '../internals/live-memory.js';
import type { TfjsVerbs } from './assemble-backend.js';
import { type TfjsMask, unpackBits } from './mask.js';
import { requireFit, requireVariable } from './require-fit.js';

/** A mask in main memory, and the tensor it makes for those who mask gradients. */
interface MemoryMask extends TfjsMask {
  readonly bits: HostMask;
  /** Drops the tensor, which the mask has outgrown. */
  forget(): void;
  live: boolean;
}

/**
 * The verbs on tensors in main memory: selecting, dropping and zeroing happen on the live values, through the
 * kernels of the host backend, and nothing is copied. A variable whose values others share (clones, snapshots)
 * gets values of its own before they are written.
 */
export function memoryVerbs(memory: LiveMemory, requireCurrent: () => void): TfjsVerbs {
  const host = hostBackend(memory.kernels === undefined ? {} : { kernels: memory.kernels });

  const toHost = ({ weight, mask, score }: Item<tf.Variable, TfjsMask>): Item<HostWeight, HostMask> => ({
    weight: memory.locate(weight),
    mask: (mask as MemoryMask).bits,
    score: score.kind === 'tensor' ? { kind: 'tensor', tensor: memory.locate(score.tensor) } : score,
  });
  const look = (items: readonly Item<tf.Variable, TfjsMask>[]) => {
    requireCurrent();
    for (const item of items) {
      requireLive(item.mask);
      requireFit(item);
    }
    return items;
  };
  const own = (
    items: readonly Item<tf.Variable, TfjsMask>[],
    changes: (item: Item<HostWeight, HostMask>) => boolean,
  ) => {
    for (const item of items) memory.own(item.weight, () => changes(toHost(item)));
  };

  return {
    maskTensor(mask, values) {
      // A copy through an operation, because a clone would share the values; a product with 1 changes no bit.
      const copy = tf.mul(values, 1);
      host.enforce([
        { weight: memory.locate(copy), mask: requireLive(mask).bits, score: { kind: 'magnitude' } },
      ]);
      return copy;
    },
    createMask(weight) {
      requireCurrent();
      const { shape, size } = requireVariable(weight);
      return createMemoryMask(shape, host.createMask({ values: new Float32Array(size), shape }));
    },
    disposeMask(mask) {
      (mask as MemoryMask).forget();
      (mask as MemoryMask).live = false;
    },
    countBelow: (items, magnitudes) => host.countBelow(look(items).map(toHost), magnitudes),
    findCut: (items, selection) => host.findCut(look(items).map(toHost), selection),
    dropBelow(groups) {
      const items = look(groups.flatMap((group) => group.items));
      own(items, () => true);
      const moved: CutGroup<HostWeight, HostMask>[] = groups.map((group) => ({
        cut: group.cut,
        items: group.items.map(toHost),
      }));
      host.dropBelow(moved);
      for (const { mask } of items) (mask as MemoryMask).forget();
    },
    enforce(items) {
      own(look(items), holdsDropped);
      return host.enforce(items.map(toHost));
    },
    countKept(masks) {
      requireCurrent();
      return host.countKept(masks.map((mask) => requireLive(mask).bits));
    },
    readMask(mask) {
      requireCurrent();
      return host.readMask(requireLive(mask).bits);
    },
    writeMask(mask, packed) {
      requireCurrent();
      host.writeMask(requireLive(mask).bits, packed);
      (mask as MemoryMask).forget();
    },
  };

  function createMemoryMask(shape: readonly number[], bits: HostMask): MemoryMask {
    let tensor: tf.Tensor | undefined;
    return {
      shape: [...shape],
      bits,
      live: true,
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

/** @throws PruneError `disposed` when the mask was given back */
function requireLive(mask: TfjsMask): MemoryMask {
  if (!(mask as MemoryMask).live) throw new PruneError('disposed', 'the mask was disposed');
  return mask as MemoryMask;
}

/** Whether any element that the mask drops is not +0. */
function holdsDropped({ weight, mask: { words, elements } }: Item<HostWeight, HostMask>): boolean {
  const { buffer, byteOffset } = (weight as { values: Float32Array }).values;
  const bits = new Int32Array(buffer, byteOffset, elements);
  for (let w = 0; w < words.length; w += 1) {
    if (words[w] === -1) continue;
    const end = Math.min(elements, (w + 1) << 5);
    for (let i = w << 5; i < end; i += 1) {
      if (((words[w]! >> (i & 31)) & 1) === 0 && bits[i] !== 0) return true;
    }
  }
  return false;
}
