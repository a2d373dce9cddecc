export { type PruneOnnxFileOptions, pruneOnnxFile } from './node/prune-file.js';
export { type OnnxFile, readOnnxFile } from './node/read-file.js';
