import { USAGE } from './flags.js';

/** Buffers for the time of one verb. */
export interface Scratch {
  /** A buffer of zeros, in words of 32 bits. */
  words(count: number): GPUBuffer;
  /** A buffer that holds these values. */
  storage(values: Uint32Array): GPUBuffer;
  /** A uniform buffer that holds these values. */
  uniform(values: Uint32Array): GPUBuffer;
}

/**
 * Runs `work` with buffers that are given back when it settles; the device keeps them until what was submitted
 * has run.
 */
export async function withScratch<Result>(
  device: GPUDevice,
  work: (scratch: Scratch) => Promise<Result>,
): Promise<Result> {
  const buffers: GPUBuffer[] = [];
  const create = (size: number, usage: GPUBufferUsageFlags, values?: Uint32Array): GPUBuffer => {
    const buffer = device.createBuffer({
      label: 'synaprune scratch',
      size: Math.max(16, size),
      usage: usage | USAGE.copySource | USAGE.copyTarget,
      mappedAtCreation: values !== undefined,
    });
    buffers.push(buffer);
    if (values !== undefined) {
      new Uint32Array(buffer.getMappedRange()).set(values);
      buffer.unmap();
    }
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
