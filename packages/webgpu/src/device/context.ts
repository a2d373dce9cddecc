import { PruneError } from '@synaprune/core';
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
   * depend on them. Verbs of blocks and groups bind one weight at a time and as a whole, up to the device's limit.
   */
  readonly most?: { readonly weightsPerDispatch?: number; readonly bindingBytes?: number };
}

/** What a binding may be, as far as dispatches over many weights care. */
export interface BatchLimits {
  readonly slots: number;
  readonly largestBinding: number;
  readonly alignment: number;
}

/** What the verbs of one backend share. */
export interface Context {
  readonly device: GPUDevice;
  readonly work: Work;
  readonly pipelines: Pipelines;
  readonly limits: BatchLimits;
  /** The same for dispatches that only enforce. */
  readonly enforcingLimits: BatchLimits;
  readonly kept: KeptBuffers;
  /** The buffer that fills empty slots. */
  padding(): GPUBuffer;
}

/**
 * @param forgetAll called when anything failed, before what is kept is given back
 * @throws TypeError | RangeError | PruneError as `webgpuBackend`
 */
export function openContext(options: WebgpuOptions, forgetAll: () => void = () => {}): Context {
  requireOptions(options);
  const { device, subgroups, most = {} } = options;
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
    forgetAll();
    kept.release();
    pipelines.forget();
  };
  return {
    device,
    work: createWork(device, forget),
    pipelines,
    limits: limitsOf(device, pipelines.slots, most),
    enforcingLimits: limitsOf(device, pipelines.enforcingSlots, most),
    kept,
    padding: () => kept.padding(Math.max(pipelines.slots, pipelines.enforcingSlots)),
  };
}

const KEYS = ['device', 'subgroups', 'most'];

/** A misspelt option would otherwise be the default, without a word. */
function requireOptions(options: WebgpuOptions): void {
  const { device } = options ?? {};
  if (typeof device?.createComputePipeline !== 'function') {
    const got = typeof (options as { createComputePipeline?: unknown } | undefined)?.createComputePipeline;
    throw new TypeError(
      `webgpuBackend needs { device: GPUDevice }, ${got === 'function' ? 'got the device itself' : `got the device ${describe(device)}`}`,
    );
  }
  const unknown = Object.keys(options).filter((key) => !KEYS.includes(key));
  if (unknown.length > 0) {
    throw new TypeError(`webgpuBackend has the options ${KEYS.join(', ')}; got ${unknown.join(', ')}`);
  }
}

function describe(device: unknown): string {
  if (device instanceof Promise) return 'as a promise; await requestDevice() first';
  if (device === null || device === undefined) {
    return `${device}; navigator.gpu.requestAdapter() resolves to null where there is no WebGPU`;
  }
  return `as ${typeof device}; a device is what adapter.requestDevice() resolves to`;
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
