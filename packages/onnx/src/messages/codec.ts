import { fromBinary } from '@bufbuild/protobuf';
import { PruneError } from '@synaprune/core';
import { type ModelProto, ModelProtoSchema } from 'onnx-buf';
import { checkModelBytes } from '../bytes/check-model-bytes.js';
import { writeModel } from './write-model.js';

/**
 * A model as messages, for reading and building graphs. To prune or replace weights, {@link pruneOnnx} and
 * {@link replaceWeights} need no decoding and change nothing else.
 *
 * Fields that this release's schema (ONNX 1.20) does not know are kept. The messages hold nothing of `bytes`:
 * they are the caller's to change.
 *
 * @throws TypeError when `bytes` is no `Uint8Array`
 * @throws PruneError `bad-model` when they are no ONNX model
 *
 * @example
 * ```ts
 * import { create, decodeModel, encodeModel, GraphProtoSchema, ModelProtoSchema } from '@synaprune/onnx';
 *
 * const model = create(ModelProtoSchema, {
 *   irVersion: 8n,
 *   opsetImport: [{ domain: '', version: 17n }],
 *   graph: create(GraphProtoSchema, { name: 'empty' }),
 * });
 * console.log(decodeModel(encodeModel(model)).graph?.name); // empty
 * ```
 */
export function decodeModel(bytes: Uint8Array): ModelProto {
  checkModelBytes('decodeModel', bytes);
  // A copy of its own: messages hold views into what they were read from.
  return readMessages('decodeModel', Uint8Array.from(bytes));
}

/**
 * The same without a copy: what messages hold as bytes lies in `bytes`, so that neither may be written to while the other
 * is in use. Fields of the messages may be replaced.
 *
 * @throws TypeError when `bytes` is no `Uint8Array`
 * @throws PruneError `bad-model` when they are no ONNX model
 *
 * @example
 * ```ts
 * import { buildModel, viewMessages } from '@synaprune/onnx/graph';
 *
 * const bytes = buildModel({ tensors: { w: { shape: [2], data: [1, 2] } } });
 * console.log(viewMessages(bytes).graph?.initializer[0]?.rawData.buffer === bytes.buffer); // true
 * ```
 */
export function viewMessages(bytes: Uint8Array): ModelProto {
  checkModelBytes('viewMessages', bytes);
  // Of a Buffer views would be Buffers.
  return readMessages('viewMessages', new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength));
}

function readMessages(caller: string, bytes: Uint8Array): ModelProto {
  try {
    return fromBinary(ModelProtoSchema, bytes);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new PruneError('bad-model', `${caller} needs an ONNX model: ${reason}`, { cause: error });
  }
}

/**
 * The bytes of a model. A model that {@link decodeModel} read and nobody changed gets its bytes back, where its
 * writer put fields in the order of their numbers, as the usual ones do.
 *
 * @throws PruneError `bad-model` when a field holds what its type does not allow
 *
 * @example
 * ```ts
 * import { create, encodeModel, ModelProtoSchema } from '@synaprune/onnx';
 *
 * console.log([...encodeModel(create(ModelProtoSchema, { irVersion: 8n }))]); // [ 8, 8 ]
 * ```
 */
export function encodeModel(model: ModelProto): Uint8Array {
  try {
    return writeModel(model);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new PruneError('bad-model', `encodeModel needs a well-formed ModelProto: ${reason}`, {
      cause: error,
    });
  }
}
