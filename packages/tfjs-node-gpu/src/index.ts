/* All of `@synaprune/tfjs`, and what is this package's own; its `pruneModel` takes the place of the one there. */
export * from '@synaprune/tfjs';
export { pruneModel } from './prune-model.js';
export { type TfjsNodeBackendOptions, tfjsNodeBackend } from './tfjs-node-backend.js';
