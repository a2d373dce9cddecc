import { constantSparsity, createPruner } from '@synaprune/core';
import { webgpuBackend } from '@synaprune/webgpu';

/** Many small weights, so that an enforce is next to nothing but the call. */
export interface SmallWeights {
  readonly elements: number;
  enforce(): void;
  /** Puts every weight into a buffer that it never had: nothing of the last call can be used again. */
  move(): void;
  dispose(): void;
}

/** Elements of each. */
const SIZE = 256;

export async function createSmallWeights(device: GPUDevice, count: number): Promise<SmallWeights> {
  const place = () => {
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST;
    const buffer = device.createBuffer({ size: 4 * SIZE, usage });
    device.queue.writeBuffer(
      buffer,
      0,
      Float32Array.from({ length: SIZE }, (_, i) => i + 1),
    );
    return buffer;
  };
  const weights = Array.from({ length: count }, () => ({ buffer: place(), shape: [SIZE] }));
  const pruner = createPruner({
    backend: webgpuBackend({ device }),
    weights: weights.map((weight, i) => ({ name: `w${i}`, weight })),
    schedule: constantSparsity(0.8),
  });
  await pruner.update(0);
  return {
    elements: SIZE * count,
    enforce: () => pruner.enforceSync(),
    move() {
      for (const weight of weights) {
        weight.buffer.destroy();
        weight.buffer = place();
      }
    },
    dispose() {
      pruner.dispose();
      for (const { buffer } of weights) buffer.destroy();
    },
  };
}
