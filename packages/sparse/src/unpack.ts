/* The reader of packed files alone: no dependency, no WebAssembly, about 3 kB. */
export type { PackedFileErrorCode } from './files/decode/fail.js';
export type {
  Models,
  StateDict,
  StateTensor,
  TfjsArtifacts,
  TfjsWeightSpec,
  TypedArray,
} from './files/decode/model.js';
export type { PackedSource } from './files/decode/source.js';
export { packedTfjs, type TfjsHandler } from './files/decode/tfjs-handler.js';
export { type UnpackOptions, type UnpackProgress, unpack } from './files/decode/unpack.js';
