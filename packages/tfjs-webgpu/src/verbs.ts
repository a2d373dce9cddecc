import { type CutGroup, type Item, PruneError } from '@synaprune/core';
import { requireFit, requireVariable, type TfjsMask, type TfjsVerbs } from '@synaprune/tfjs';
import { type WebgpuMask, type WebgpuWeight, webgpuBackend } from '@synaprune/webgpu';
import * as tf from '@tensorflow/tfjs-core';
import type { Gpu } from './internals/gpu.js';
import { expandMask, maskValues, toFloats } from './mask-programs.js';

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
  /**
   * Runs `work` on items as the kernels see them, once everything that tfjs still has to do to them is on its way.
   * Floats that tfjs holds as integers are made: of a weight for good, of a score for as long as `work` takes.
   */
  const withItems = <Result>(
    items: readonly Item<tf.Variable, TfjsMask>[],
    work: (located: Item<WebgpuWeight, WebgpuMask>[]) => Result,
  ): Result => {
    const borrowed: tf.Tensor[] = [];
    const scoreOf = (tensor: tf.Tensor): WebgpuWeight => {
      if (gpu.holdsFloats(tensor)) return gpu.locate(tensor);
      const floats = tf.keep(toFloats(gpu, tensor));
      borrowed.push(floats);
      return gpu.locate(floats);
    };
    const located = items.map(({ weight, mask, score }): Item<WebgpuWeight, WebgpuMask> => {
      if (!gpu.holdsFloats(weight)) tf.tidy(() => weight.assign(toFloats(gpu, weight)));
      return {
        weight: gpu.locate(weight),
        mask: (mask as GpuMask).bits,
        score: score.kind === 'tensor' ? { kind: 'tensor', tensor: scoreOf(score.tensor) } : score,
      };
    });
    gpu.flush();
    const result = work(located);
    if (borrowed.length === 0) return result;
    return Promise.resolve(result).finally(() => tf.dispose(borrowed)) as Result;
  };
  /** Mask words are cleared, written and given back past tfjs's queue, which may still read them. */
  const flushIfCurrent = (): void => {
    // A backend that was lost or taken away has nothing left to send.
    if (tf.getBackend() === 'webgpu' && tf.backend() === (gpu.backend as unknown)) gpu.flush();
  };

  return {
    maskTensor(mask, values) {
      requireCurrent();
      return maskValues(gpu, requireLive(mask).bits, values);
    },

    createMask(weight) {
      requireCurrent();
      const { shape } = requireVariable(weight);
      if (!gpu.holdsFloats(weight)) tf.tidy(() => weight.assign(toFloats(gpu, weight)));
      gpu.flush();
      return createGpuMask(shape, inner.createMask(gpu.locate(weight)));
    },

    disposeMask(mask) {
      const own = mask as GpuMask;
      own.forget();
      own.live = false;
      flushIfCurrent();
      inner.disposeMask(own.bits);
    },

    async countBelow(items, magnitudes) {
      look(items);
      return withItems(items, (located) => inner.countBelow(located, magnitudes));
    },

    async findCut(items, selection) {
      look(items);
      return withItems(items, (located) => inner.findCut(located, selection));
    },

    async dropBelow(groups) {
      const items = groups.flatMap((group) => group.items);
      look(items);
      for (const { weight } of items) gpu.own(weight);
      await withItems(items, (located) => {
        let next = 0;
        const moved: CutGroup<WebgpuWeight, WebgpuMask>[] = groups.map(({ cut, items: own }) => {
          next += own.length;
          return { cut, items: located.slice(next - own.length, next) };
        });
        return inner.dropBelow(moved);
      });
      for (const { mask } of items) (mask as GpuMask).forget();
    },

    enforce(items) {
      look(items);
      for (const { weight } of items) gpu.own(weight);
      // The scores are not looked at.
      const plain = items.map((item) => ({ ...item, score: { kind: 'magnitude' } as const }));
      return withItems(plain, (located) => inner.enforce(located));
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
      gpu.flush();
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
        requireCurrent();
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
