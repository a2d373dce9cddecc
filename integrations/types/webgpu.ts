/* What a user of WebGPU alone writes, also where TypeScript does not know WebGPU: before 6 without @webgpu/types. */
import { constantSparsity, createPruner, type Pruner } from '@synaprune/core';
import { type MaskBits, maskBits, type WebgpuWeight, webgpuBackend } from '@synaprune/webgpu';

export function prune(device: GPUDevice, buffer: GPUBuffer): Pruner {
  const weight: WebgpuWeight = { buffer, byteOffset: 256, shape: [16, 4] };
  return createPruner({
    backend: webgpuBackend({ device }),
    weights: [{ name: 'kernel', weight }],
    schedule: constantSparsity(0.5),
  });
}

export function bytesOf(mask: Parameters<typeof maskBits>[0]): number {
  const { buffer }: MaskBits = maskBits(mask);
  return buffer.size;
}

// @ts-expect-error A number is no device.
webgpuBackend({ device: 3 });
// @ts-expect-error A queue is no buffer.
export const wrong = (device: GPUDevice): WebgpuWeight => ({ buffer: device.queue, shape: [4] });
