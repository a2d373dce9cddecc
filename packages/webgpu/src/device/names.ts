/*
 * The names of WebGPU's types that this package's declarations use. TypeScript has them in its `dom` library from
 * version 6 on; before, a program has them only where `@webgpu/types` is installed. Interfaces of one name are merged,
 * so these add nothing where the others are, and in a program that has neither, the declarations still mean something:
 * a device is what has a queue, a buffer what has a size.
 */
declare global {
  interface GPUQueue {}
  interface GPUDevice {
    readonly queue: GPUQueue;
  }
  interface GPUBuffer {
    readonly size: number;
  }
  interface GPUBindGroup {}
  interface GPUBindGroupLayout {}
  interface GPUCommandEncoder {}
  interface GPUComputePassEncoder {}
  interface GPUComputePipeline {}
}

/** Bytes in memory of their own, not shared. Before version 5.7 TypeScript has no parameter for that. */
export type OwnBytes = ReturnType<typeof Uint8Array.of>;

/** Words in memory of their own, not shared. */
export type OwnWords = ReturnType<typeof Uint32Array.of>;
