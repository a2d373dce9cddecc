import { fromBinary, toBinary } from '@bufbuild/protobuf';
import { PruneError } from '@synaprune/core';
import { type ModelProto, ModelProtoSchema } from 'onnx-buf';
import { checkModelBytes } from '../bytes/check-model-bytes.js';

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
  try {
    // A copy of its own: messages hold views into what they were read from.
    return fromBinary(ModelProtoSchema, Uint8Array.from(bytes));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new PruneError('bad-model', `decodeModel needs an ONNX model: ${reason}`, { cause: error });
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
    return toBinary(ModelProtoSchema, model);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new PruneError('bad-model', `encodeModel needs a well-formed ModelProto: ${reason}`, {
      cause: error,
    });
  }
}
