import { PruneError } from '@synaprune/core';
import type { BatchLimits } from './batches.js';
import { createKept, type KeptBuffers } from './kept-buffers.js';
import { type Pipelines, pipelinesOf } from './pipelines.js';
import { createWork, type Work } from './work.js';

/** What `webgpuBackend` is told. */
export interface WebgpuOptions {
  /** The device that the weights' buffers were made by. Stays the caller's. */
  readonly device: GPUDevice;
  /** Whether kernels use subgroups; where the device was requested with them, unless told. */
  readonly subgroups?: boolean;
  /**
   * Ceilings below the device's own limits: weights in one dispatch, and bytes in one binding. Masks do not
   * depend on them.
   */
  readonly most?: { readonly weightsPerDispatch?: number; readonly bindingBytes?: number };
}

/** What the verbs of one backend share. */
export interface Context {
  readonly device: GPUDevice;
  readonly work: Work;
  readonly pipelines: Pipelines;
  readonly limits: BatchLimits;
  readonly kept: KeptBuffers;
  /** The buffer that fills empty slots. */
  padding(): GPUBuffer;
}

/** @throws TypeError | RangeError | PruneError as `webgpuBackend` */
export function openContext({ device, subgroups, most = {} }: WebgpuOptions): Context {
  if (typeof device?.createComputePipeline !== 'function') {
    throw new TypeError(
      `webgpuBackend needs a GPUDevice, got ${device === null ? 'null' : typeof device}; ` +
        'navigator.gpu.requestAdapter() resolves to null where there is no WebGPU',
    );
  }
  const able = device.features.has('subgroups');
  if (subgroups === true && !able) {
    throw new PruneError(
      'unsupported',
      "subgroups were asked for, and the device has none; request it with requiredFeatures: ['subgroups'] where " +
        'the adapter has them',
    );
  }
  const pipelines = pipelinesOf(device, subgroups ?? able);
  const kept = createKept(device);
  // What was made while the device failed may be of no use, and is made anew.
  const forget = (): void => {
    kept.release();
    pipelines.forget();
  };
  return {
    device,
    work: createWork(device, forget),
    pipelines,
    limits: limitsOf(device, pipelines.slots, most),
    kept,
    padding: () => kept.padding(pipelines.slots),
  };
}

function limitsOf(
  device: GPUDevice,
  slots: number,
  {
    weightsPerDispatch = slots,
    bindingBytes = device.limits.maxStorageBufferBindingSize,
  }: NonNullable<WebgpuOptions['most']>,
): BatchLimits {
  const alignment = device.limits.minStorageBufferOffsetAlignment;
  const least = alignment + 2 ** 15;
  if (!Number.isInteger(weightsPerDispatch) || weightsPerDispatch < 1) {
    throw new RangeError(`weightsPerDispatch is a positive integer, got ${weightsPerDispatch}`);
  }
  if (!Number.isInteger(bindingBytes) || bindingBytes < least) {
    throw new RangeError(`bindingBytes is an integer from ${least} on, got ${bindingBytes}`);
  }
  return {
    slots: Math.min(slots, weightsPerDispatch),
    largestBinding: Math.min(bindingBytes, device.limits.maxStorageBufferBindingSize),
    alignment,
  };
}
