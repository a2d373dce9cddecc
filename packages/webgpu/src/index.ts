export { type WebgpuOptions, webgpuBackend } from './backend.js';
export { maskBits } from './entries.js';
export type { MaskBits, WebgpuMask } from './masks.js';
export type { WebgpuWeight } from './weight.js';
