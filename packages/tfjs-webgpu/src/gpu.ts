import { PruneError } from '@synaprune/core';
import type { WebgpuWeight } from '@synaprune/webgpu';
import * as tf from '@tensorflow/tfjs';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';

/** How this package reaches into tfjs's WebGPU backend. */
export interface Gpu {
  readonly device: GPUDevice;
  readonly backend: WebGPUBackend;
  /** Sends tfjs's queued commands off, so that commands submitted next come after them. */
  flush(): void;
  /** Where a tensor's values are now. Good until the next tfjs operation: variables change their place. */
  locate(tensor: tf.Tensor): WebgpuWeight;
  /**
   * Makes a variable the only owner of its buffer before that is written, so that no clone or snapshot changes,
   * and forgets what tfjs remembers of the values.
   */
  own(variable: tf.Variable): void;
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
  const bufferOf = (tensor: tf.Tensor): GPUBuffer => {
    // Small tensors may still be on the host.
    backend.uploadToGPU(tensor.dataId);
    return backend.tensorMap.get(tensor.dataId).resource as GPUBuffer;
  };

  return {
    device: backend.device,
    backend,
    flush,
    locate: (tensor) => ({ buffer: bufferOf(tensor), shape: tensor.shape }),
    own(variable) {
      const data = backend.tensorMap.get(variable.dataId);
      if (data.refCount !== 1 || data.external === true) assignCopy(variable);
      const entry = backend.tensorMap.get(variable.dataId);
      bufferOf(variable);
      // tfjs answers a later read with the values it read before, if it still has them.
      entry.values = null as never;
    },
  };

  /** Gives a variable a buffer of its own with the same bits; an operation might flush subnormals. */
  function assignCopy(variable: tf.Variable): void {
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
