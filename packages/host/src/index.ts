export { type HostOptions, hostBackend } from './host-backend.js';
export type { HalfFormat, HostMask, HostWeight } from './host-weight.js';
export type { HostKernels, Part, Ranking, Selected } from './kernels.js';
export { type ReadWriteOptions, readWriteBackend } from './read-write-backend.js';
export { scriptKernels } from './script-kernels.js';
export { createWasmKernels } from './wasm-kernels.js';
