export { webgpuBackend } from './backend.js';
export type { WebgpuOptions } from './context.js';
export { maskBits } from './entries.js';
export type { MaskBits, WebgpuMask } from './masks.js';
export type { WebgpuWeight } from './weight.js';
