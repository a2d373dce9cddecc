export { compileOnce } from './compile-once.js';
export { type CutCounter, createCutCounter } from './cut-counter.js';
export { expandMasks } from './expand-masks.js';
export { holdsDropped } from './holds-dropped.js';
export { type HostOptions, hostBackend } from './host-backend.js';
export {
  fullMask,
  type HalfFormat,
  type HostMask,
  type HostWeight,
  type StoredWeight,
} from './host-weight.js';
export type { HostKernels, Part, Ranking, Selected } from './kernels.js';
export { partOf } from './part-of.js';
export { type ReadWriteOptions, readWriteBackend } from './read-write-backend.js';
export { scriptKernels } from './script-kernels.js';
export { type Stretches, selectInStretches } from './select-in-stretches.js';
export type { CodeBook } from './stored/code-book.js';
export { halfBook } from './stored/half-book.js';
export { type UsualKernels, usualKernels } from './usual-kernels.js';
export { usualLoops } from './usual-loops.js';
export { createWasmKernels } from './wasm-kernels.js';
