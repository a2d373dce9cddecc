import { USAGE } from './flags.js';
import type { OwnWords } from './names.js';

/** Buffers for the time of one verb. */
export interface ScratchBuffers {
  /** A buffer of zeros, in words of 32 bits. */
  words(count: number): GPUBuffer;
  /** A buffer that holds these values. */
  storage(values: OwnWords): GPUBuffer;
  /** A uniform buffer that holds these values. */
  uniform(values: OwnWords): GPUBuffer;
}

/**
 * Runs `work` with buffers that are given back when it settles; the device keeps them until what was submitted
 * has run.
 */
export async function withScratch<Result>(
  device: GPUDevice,
  work: (scratch: ScratchBuffers) => Promise<Result>,
): Promise<Result> {
  const buffers: GPUBuffer[] = [];
  const create = (size: number, usage: GPUBufferUsageFlags, values?: OwnWords): GPUBuffer => {
    const buffer = device.createBuffer({
      label: 'synaprune scratch',
      size: Math.max(16, size),
      usage: usage | USAGE.copySource | USAGE.copyTarget,
    });
    buffers.push(buffer);
    // Not mapped at creation: where memory is short, that throws what no error scope sees.
    if (values !== undefined) device.queue.writeBuffer(buffer, 0, values);
    return buffer;
  };
  try {
    return await work({
      words: (count) => create(4 * count, USAGE.storage),
      storage: (values) => create(values.byteLength, USAGE.storage, values),
      uniform: (values) => create(values.byteLength, USAGE.uniform, values),
    });
  } finally {
    for (const buffer of buffers) buffer.destroy();
  }
}
