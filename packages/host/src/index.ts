export { type HostOptions, hostBackend } from './host-backend.js';
export type { HostMask, HostWeight } from './host-weight.js';
export type { HostKernels, Part, Selected } from './kernels.js';
export { type ReadWriteOptions, readWriteBackend } from './read-write-backend.js';
export { scriptKernels } from './script-kernels.js';
