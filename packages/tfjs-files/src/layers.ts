/*
 * What layers models are made of, for packages that make something else of them.
 */
export type { StoredWeight } from './artifacts/open-artifacts.js';
export type { Connection } from './layers-model/connections.js';
export type { Layer } from './layers-model/layers-model.js';
export { type OpenedLayers, openLayers } from './layers-model/open-layers.js';
export { type LayerVisitor, walkLayers } from './layers-model/walk-layers.js';
