export { compileOnce } from './compile-once.js';
export { type CutCounter, createCutCounter } from './cut-counter.js';
export type { HostErrorCode } from './error-codes.js';
export { expandMasks } from './expand-masks.js';
export { holdsDropped } from './holds-dropped.js';
export { type HostOptions, hostBackend } from './host-backend.js';
export { fullMask, type HalfFormat, type HostMask, type HostWeight } from './host-weight.js';
export type { HostKernels, Part, Ranking, Selected } from './kernels.js';
export { type ReadWriteOptions, readWriteBackend } from './read-write-backend.js';
export { broadcastTo, type HostValue, hostArithmetic } from './scores/host-arithmetic.js';
export {
  createScoreObserver,
  type HostScoreObserver,
  type HostSignals,
} from './scores/score-observer.js';
export { scriptKernels } from './script-kernels.js';
export { type UsualKernels, usualKernels } from './usual-kernels.js';
export { createWasmKernels } from './wasm-kernels.js';
