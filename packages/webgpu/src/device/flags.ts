/*
 * The bits of the WebGPU standard that are needed, by their numbers: a device may come from where the globals
 * `GPUBufferUsage`, `GPUMapMode` and `GPUShaderStage` do not exist.
 */

/** What a buffer is used for. */
export const USAGE = {
  mapRead: 0x1,
  mapWrite: 0x2,
  copySource: 0x4,
  copyTarget: 0x8,
  uniform: 0x40,
  storage: 0x80,
} as const;

/** How a buffer is mapped. */
export const MAP_FOR_READING = 0x1;

/** Which stage of a pipeline sees a binding. */
export const COMPUTE_STAGE = 0x4;
