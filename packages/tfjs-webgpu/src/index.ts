/* All of `@synaprune/tfjs`, and what is this package's own; its `pruneModel` and `replaceDropout` take the place of those there. */
export * from '@synaprune/tfjs';
export { type TfjsWebgpuOptions, tfjsWebgpuBackend } from './backend.js';
export { pruneModel } from './prune-model.js';
export { replaceDropout } from './replace-dropout.js';
