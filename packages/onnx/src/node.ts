export { type PruneOnnxFileOptions, pruneOnnxFile } from './node/prune-file.js';
