export { type WebgpuOptions, webgpuBackend } from './backend.js';
export type { WebgpuMask } from './masks.js';
export type { WebgpuWeight } from './weight.js';
