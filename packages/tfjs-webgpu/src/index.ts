/* All of `@synaprune/tfjs`, and what is this package's own; its `pruneModel` takes the place of the one there. */
export * from '@synaprune/tfjs';
export { type TfjsWebgpuOptions, tfjsWebgpuBackend } from './backend.js';
export { pruneModel } from './prune-model.js';
