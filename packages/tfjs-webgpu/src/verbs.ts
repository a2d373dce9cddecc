import { type CutGroup, type Item, PruneError } from '@synaprune/core';
import { requireFit, requireVariable, type TfjsMask, type TfjsVerbs } from '@synaprune/tfjs';
import { type WebgpuMask, type WebgpuWeight, webgpuBackend } from '@synaprune/webgpu';
import * as tf from '@tensorflow/tfjs';
import type { Gpu } from './gpu.js';
import { expandMask, maskValues } from './mask-programs.js';

/** A mask in bits, and the tensor it makes for those who ask for one. */
interface GpuMask extends TfjsMask {
  readonly bits: WebgpuMask;
  /** Drops the tensor, which the mask has outgrown. */
  forget(): void;
  live: boolean;
}

/**
 * The verbs on tfjs's live buffers, through the kernels of `@synaprune/webgpu`. Whatever tfjs has queued is sent
 * off first.
 */
export function gpuVerbs(
  gpu: Gpu,
  requireCurrent: () => void,
  options: { readonly subgroups?: boolean } = {},
): TfjsVerbs {
  const inner = webgpuBackend({ device: gpu.device, ...options });

  const look = (items: readonly Item<tf.Variable, TfjsMask>[]): void => {
    requireCurrent();
    for (const item of items) {
      requireLive(item.mask);
      requireFit(item);
    }
  };
  const toGpu = ({ weight, mask, score }: Item<tf.Variable, TfjsMask>): Item<WebgpuWeight, WebgpuMask> => ({
    weight: gpu.locate(weight),
    mask: (mask as GpuMask).bits,
    score: score.kind === 'tensor' ? { kind: 'tensor', tensor: gpu.locate(score.tensor) } : score,
  });
  /** Items as the kernels see them, once everything that tfjs still has to do to them is on its way. */
  const settled = (items: readonly Item<tf.Variable, TfjsMask>[]): Item<WebgpuWeight, WebgpuMask>[] => {
    const located = items.map(toGpu);
    gpu.flush();
    return located;
  };

  return {
    maskTensor: (mask, values) => maskValues(gpu, requireLive(mask).bits, values),

    createMask(weight) {
      requireCurrent();
      const { shape } = requireVariable(weight);
      return createGpuMask(shape, inner.createMask({ buffer: gpu.locate(weight).buffer, shape }));
    },

    disposeMask(mask) {
      const own = mask as GpuMask;
      own.forget();
      own.live = false;
      inner.disposeMask(own.bits);
    },

    async countBelow(items, magnitudes) {
      look(items);
      return inner.countBelow(settled(items), magnitudes);
    },

    async findCut(items, selection) {
      look(items);
      return inner.findCut(settled(items), selection);
    },

    async dropBelow(groups) {
      const items = groups.flatMap((group) => group.items);
      look(items);
      for (const { weight } of items) gpu.own(weight);
      const located = settled(items);
      let next = 0;
      const moved: CutGroup<WebgpuWeight, WebgpuMask>[] = groups.map(({ cut, items: own }) => {
        next += own.length;
        return { cut, items: located.slice(next - own.length, next) };
      });
      await inner.dropBelow(moved);
      for (const { mask } of items) (mask as GpuMask).forget();
    },

    enforce(items) {
      look(items);
      for (const { weight } of items) gpu.own(weight);
      return inner.enforce(settled(items));
    },

    countKept(masks) {
      requireCurrent();
      return inner.countKept(masks.map((mask) => requireLive(mask).bits));
    },

    async readMask(mask) {
      requireCurrent();
      return inner.readMask(requireLive(mask).bits);
    },

    writeMask(mask, packed) {
      requireCurrent();
      const own = requireLive(mask);
      inner.writeMask(own.bits, packed);
      own.forget();
    },
  };

  function createGpuMask(shape: readonly number[], bits: WebgpuMask): GpuMask {
    let tensor: tf.Tensor | undefined;
    return {
      shape: [...shape],
      bits,
      live: true,
      get kept() {
        tensor ??= tf.keep(expandMask(gpu, bits, shape));
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
function requireLive(mask: TfjsMask): GpuMask {
  if (!(mask as GpuMask).live) throw new PruneError('disposed', 'the mask was disposed');
  return mask as GpuMask;
}
