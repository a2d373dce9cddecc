export { webgpuBackend } from './backend.js';
export type { WebgpuOptions } from './context.js';
export type { WebgpuErrorCode } from './error-codes.js';
export { expandMasks, maskBits } from './mask-bits.js';
export type { MaskBits, WebgpuMask } from './masks.js';
export type { WebgpuWeight } from './weight.js';
