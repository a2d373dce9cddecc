export { webgpuBackend } from './backend.js';
export type { WebgpuOptions } from './device/context.js';
export type { WebgpuErrorCode } from './error-codes.js';
export { expandMasks, maskBits } from './masks/mask-bits.js';
export type { MaskBits, WebgpuMask } from './masks/mask-store.js';
export type { WebgpuWeight } from './weights/weight.js';
