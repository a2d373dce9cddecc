import { PruneError } from '@synaprune/core';
import { elementsOf } from '@synaprune/core/checks';
import { dispatchKernel } from '../device/dispatch.js';
import { USAGE } from '../device/flags.js';
import { pipelinesOf } from '../device/pipelines.js';
import { bindWhole } from '../weights/bind-whole.js';
import { shapeOf, type WebgpuWeight } from '../weights/weight.js';
import { THREADS } from '../wgsl/tiles.js';
import type { MaskBits, PagedMask, WebgpuMask } from './mask-store.js';

/**
 * Where the bits of a mask are, for kernels of others that read them. The buffer is the backend's: it is not to be
 * written or destroyed, and holds the mask until that is disposed.
 *
 * @throws TypeError when it is no mask of this backend
 * @throws PruneError `disposed` when the mask was given back, or what the device said when it had no room for it
 *
 * @example
 * ```ts no-run
 * import { maskBits, type WebgpuMask } from '@synaprune/webgpu';
 *
 * // WGSL that tells whether the mask bound as `masks` drops an element.
 * export function isDropped(mask: WebgpuMask): string {
 *   const { firstWord } = maskBits(mask);
 *   return `fn is_dropped(i: u32) -> bool { return ((masks[${firstWord}u + (i >> 5u)] >> (i & 31u)) & 1u) == 1u; }`;
 * }
 * ```
 */
export function maskBits(mask: WebgpuMask): MaskBits {
  const owned = mask as PagedMask;
  if (owned?.page === undefined) {
    throw new TypeError('a mask of the WebGPU backend is what its createMask returned');
  }
  if (!owned.live) throw new PruneError('disposed', 'the mask was disposed');
  const { page, firstWord, words } = owned;
  if (page.failure !== undefined) throw page.failure;
  return { buffer: page.buffer, firstWord, words };
}

/**
 * Writes masks as floats, on the device: an element of `into` becomes 1 where every mask keeps it, else 0; without
 * masks all become 1. Only enqueues, behind what was queued before.
 *
 * @param device the one of the masks and of `into`
 * @param masks of as many elements as `into` has
 * @param into float32 elements in a buffer with the usage `STORAGE`; stays the caller's
 * @throws TypeError | PruneError as {@link maskBits} and for a buffer that is none or too small
 * @throws PruneError `unsupported` when `into` is larger than the device binds at a time
 *
 * @example
 * ```ts no-run
 * import { expandMasks, type WebgpuMask } from '@synaprune/webgpu';
 *
 * // The factors of a layer's kernel, for a training step that multiplies by them.
 * export function factorsOf(device: GPUDevice, mask: WebgpuMask): GPUBuffer {
 *   const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC;
 *   const buffer = device.createBuffer({ size: 4 * mask.elements, usage });
 *   expandMasks(device, [mask], { buffer, shape: mask.shape });
 *   return buffer;
 * }
 * ```
 */
export function expandMasks(device: GPUDevice, masks: readonly WebgpuMask[], into: WebgpuWeight): void {
  const elements = elementsOf(shapeOf(into));
  const bits = masks.map(maskBits);
  if (elements === 0) return;
  for (const { elements: own } of masks) {
    if (own !== elements) throw new RangeError(`a mask of ${own} elements cannot be written to ${elements}`);
  }
  const { binding, lead } = bindWhole(into, device.limits);
  const kernel = pipelinesOf(device, false).expand();
  const encoder = device.createCommandEncoder({ label: 'synaprune' });
  const pass = encoder.beginComputePass();
  const scratch: GPUBuffer[] = [];
  const create = (size: number, usage: number): GPUBuffer => {
    const buffer = device.createBuffer({ label: 'synaprune scratch', size, usage });
    scratch.push(buffer);
    return buffer;
  };
  // Without a mask, one of the words that a new buffer has: all of them keep.
  const none = (): MaskBits => {
    const words = Math.ceil(elements / 32);
    return { buffer: create(4 * words, USAGE.storage), firstWord: 0, words };
  };
  for (const [i, { buffer, firstWord }] of (bits.length > 0 ? bits : [none()]).entries()) {
    const place = create(16, USAGE.uniform | USAGE.copyTarget);
    device.queue.writeBuffer(place, 0, Uint32Array.of(firstWord, elements, Number(i === 0), lead));
    const bound = [{ buffer }, binding, { buffer: place }];
    dispatchKernel(device, pass, kernel, bound, Math.ceil(elements / THREADS));
  }
  pass.end();
  device.queue.submit([encoder.finish()]);
  for (const buffer of scratch) buffer.destroy();
}
