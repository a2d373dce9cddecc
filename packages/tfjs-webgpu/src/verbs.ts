import { type TensorBackend, wrapBackend } from '@synaprune/core';
import { liveShape, requireVariable, type TfjsMask, type TfjsVerbs } from '@synaprune/tfjs';
import { type WebgpuMask, type WebgpuWeight, webgpuBackend } from '@synaprune/webgpu';
import * as tf from '@tensorflow/tfjs-core';
import type { Gpu } from './internals/gpu.js';
import { expandMask, maskValues, toFloats } from './mask-programs.js';

/** A mask in bits, and the tensor it makes for those who ask for one. */
interface GpuMask extends TfjsMask {
  readonly bits: WebgpuMask;
  /** Drops the tensor, which the mask has outgrown. */
  forget(): void;
}

/** What the kernels see. */
interface Located {
  readonly weight: WebgpuWeight;
  readonly mask: WebgpuMask;
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
  const flushing = flushFirst(gpu, webgpuBackend({ device: gpu.device, ...options }));
  /** Floats made for the time of the verb that is being called. */
  let borrowed: tf.Tensor[] = [];

  /** Floats that tfjs holds as integers are made: of a variable for good, of another tensor for the verb's time. */
  const locate = (tensor: tf.Tensor): WebgpuWeight => {
    if (gpu.holdsFloats(tensor)) return gpu.locate(tensor);
    if (tensor instanceof tf.Variable) {
      tf.tidy(() => tensor.assign(toFloats(gpu, tensor)));
      return gpu.locate(tensor);
    }
    const floats = tf.keep(toFloats(gpu, tensor));
    borrowed.push(floats);
    return gpu.locate(floats);
  };

  // Where variables share a buffer, each gets one of its own before it is written: they do not overlap.
  const { extent: _, ...verbs } = wrapBackend<
    { readonly weight: tf.Variable; readonly mask: TfjsMask },
    Located
  >(flushing, {
    shape: liveShape,
    weight: locate,
    mask: (mask) => (mask as GpuMask).bits,
    wrapMask: (bits, { shape }) => createGpuMask(shape, bits),
    around(verb, work) {
      // Masks can be given back whatever has become of tfjs's backend.
      if (verb !== 'disposeMask' && verb !== 'disposePooled') requireCurrent();
      const own: tf.Tensor[] = [];
      borrowed = own;
      const giveBack = (): void => tf.dispose(own);
      let result: ReturnType<typeof work>;
      try {
        result = work();
      } catch (error) {
        giveBack();
        throw error;
      }
      if (own.length === 0) return result;
      return Promise.resolve(result).finally(giveBack) as typeof result;
    },
    beforeWrite: (items) => {
      for (const { weight } of items) gpu.own(weight);
    },
    masksChanged: (masks) => {
      for (const mask of masks) (mask as GpuMask).forget();
    },
    maskDisposed: (mask) => (mask as GpuMask).forget(),
  });

  return {
    ...verbs,
    createMask: (weight) => verbs.createMask(weight instanceof tf.Tensor ? requireVariable(weight) : weight),
    maskTensor(mask, values) {
      requireCurrent();
      return maskValues(gpu, (mask as GpuMask).bits, values);
    },
  };

  function createGpuMask(shape: readonly number[], bits: WebgpuMask): GpuMask {
    let tensor: tf.Tensor | undefined;
    return {
      shape: [...shape],
      bits,
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

/** The backend, with everything that tfjs still has to do to its buffers on its way before each verb. */
function flushFirst(
  gpu: Gpu,
  inner: TensorBackend<WebgpuWeight, WebgpuMask>,
): TensorBackend<WebgpuWeight, WebgpuMask> {
  return wrapBackend<Located, Located>(inner, {
    weight: (weight) => weight,
    mask: (mask) => mask,
    wrapMask: (mask) => mask,
    around(_verb, work) {
      // A backend that was lost or taken away has nothing left to send.
      if (tf.getBackend() === 'webgpu' && tf.backend() === (gpu.backend as unknown)) gpu.flush();
      return work();
    },
  });
}
