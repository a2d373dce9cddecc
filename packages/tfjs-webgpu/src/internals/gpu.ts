import { PruneError } from '@synaprune/core';
import type { WebgpuWeight } from '@synaprune/webgpu';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import * as tf from '@tensorflow/tfjs-core';
import { watchReads } from './watch-reads.js';

/**
 * How this package reaches into tfjs's WebGPU backend; nothing outside this room takes hold of its `tensorMap`.
 *
 * Written for tfjs-backend-webgpu 4.22.0. tfjs's own way to a tensor's buffer, `dataToGPU`, gives a copy, and what is
 * written there reaches no weight. What is used is in the backend's types and promised by no document: where one of
 * the parts is missing, {@link findGpu} says which, and tfjs's own operations do the work.
 */
export interface Gpu {
  readonly device: GPUDevice;
  readonly backend: WebGPUBackend;
  /** Sends tfjs's queued commands off, so that commands submitted next come after them. */
  flush(): void;
  /**
   * Where a tensor's floats are now. Good until the next tfjs operation: variables change their place.
   *
   * @throws Error when they are held as integers; see {@link Gpu.holdsFloats}
   */
  locate(tensor: tf.Tensor): WebgpuWeight;
  /** Whether a float32 tensor is one: tfjs casts from int32 and bool by name only, and keeps the integers. */
  holdsFloats(tensor: tf.Tensor): boolean;
  /**
   * Makes a variable the only owner of its buffer before that is written, so that no clone or snapshot changes,
   * and forgets what tfjs remembers of the values.
   */
  own(variable: tf.Variable): void;
  /**
   * Words of a buffer as a tensor of int32, for programs in tfjs's queue. The buffer stays its owner's: tfjs does not
   * destroy what is external.
   *
   * @returns to be given to `backend.disposeData` by the caller
   */
  lend(buffer: GPUBuffer): tf.TensorInfo;
}

/** The version-dependent parts of tfjs's backend that are used. */
const NEEDED = [
  'uploadToGPU',
  'ensureCommandEncoderReady',
  'endComputePassEncoder',
  'submitQueue',
  'runWebGPUProgram',
  'makeTensorInfo',
] as const;

/**
 * tfjs's current backend as this package needs it, or what is missing from this version of it.
 *
 * @throws PruneError `unsupported` when tfjs's current backend is not `webgpu`
 */
export function findGpu(): Gpu | { readonly missing: string } {
  const name = tf.getBackend();
  if (name !== 'webgpu') {
    throw new PruneError(
      'unsupported',
      `tfjs runs on ${name || 'no backend yet'}, and @synaprune/tfjs-webgpu needs webgpu: import ` +
        "'@tensorflow/tfjs-backend-webgpu' and await tf.setBackend('webgpu'), which resolves to false where the " +
        'browser or the machine gives no WebGPU adapter. tfjsBackend() of @synaprune/tfjs runs on any backend',
    );
  }
  const backend = tf.backend() as unknown as WebGPUBackend;
  const missing = [
    ...NEEDED.filter((method) => typeof backend[method] !== 'function'),
    ...(typeof backend.tensorMap?.get === 'function' ? [] : ['tensorMap']),
    ...(typeof backend.device?.createComputePipeline === 'function' ? [] : ['device']),
  ];
  if (missing.length > 0) return { missing: missing.join(', ') };
  return reach(backend);
}

function reach(backend: WebGPUBackend): Gpu {
  const flush = (): void => {
    backend.ensureCommandEncoderReady();
    backend.endComputePassEncoder();
    backend.submitQueue();
  };
  const written = watchReads(backend);
  const bufferOf = (tensor: tf.Tensor): GPUBuffer => {
    // Small tensors may still be on the host.
    backend.uploadToGPU(tensor.dataId);
    return backend.tensorMap.get(tensor.dataId).resource as GPUBuffer;
  };

  return {
    device: backend.device,
    backend,
    flush,
    locate(tensor) {
      if (!holdsFloats(tensor)) throw new Error(`tensor ${tensor.id} holds integers`);
      return { buffer: bufferOf(tensor), shape: tensor.shape };
    },
    holdsFloats,
    own(variable) {
      const { refCount, external } = backend.tensorMap.get(variable.dataId);
      if (refCount !== 1 || external === true) assignCopy(variable);
      const entry = backend.tensorMap.get(variable.dataId);
      bufferOf(variable);
      // tfjs answers a later read with the values it read before, if it still has them.
      entry.values = null as never;
      written(variable.dataId);
    },
    lend(buffer) {
      const info = backend.makeTensorInfo([buffer.size / 4], 'int32');
      const entry = backend.tensorMap.get(info.dataId);
      entry.resource = buffer;
      entry.external = true;
      return info;
    },
  };

  function holdsFloats(tensor: tf.Tensor): boolean {
    return backend.tensorMap.get(tensor.dataId).dtype === 'float32';
  }

  /** Gives a variable a buffer of its own with the same bits; an operation might flush subnormals. */
  function assignCopy(variable: tf.Variable): void {
    if (!holdsFloats(variable)) return;
    const source = bufferOf(variable);
    const info = backend.makeTensorInfo(variable.shape, 'float32');
    backend.uploadToGPU(info.dataId);
    const target = backend.tensorMap.get(info.dataId).resource as GPUBuffer;
    flush();
    const encoder = backend.device.createCommandEncoder();
    encoder.copyBufferToBuffer(source, 0, target, 0, 4 * variable.size);
    backend.device.queue.submit([encoder.finish()]);
    tf.tidy(() => variable.assign(tf.engine().makeTensorFromTensorInfo(info)));
  }
}
