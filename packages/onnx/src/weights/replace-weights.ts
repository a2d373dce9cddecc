import { PruneError } from '@synaprune/core';
import { describe, didYouMean, listNames, quote } from '@synaprune/core/checks';
import { inOrder, splice } from '../bytes/splice.js';
import { showPlace } from '../bytes/wire.js';
import { bitsOfBfloat, bitsOfHalf, roundToBfloat, roundToHalf } from '../elements/narrow-floats.js';
import { writeElementBytes } from '../view/element-bytes.js';
import type { TensorView } from '../view/model-view.js';
import { externalDataError } from '../view/view-tensor.js';
import { survey } from './survey.js';

/**
 * The model with other values in some of its weights of float32, float16 or bfloat16, everything else byte for byte as it
 * was: how a trainer exports. Values are rounded to the nearest of the weight's type, to the even one of two as near. The
 * bytes are new; `bytes` and the values stay the caller's.
 *
 * @param values row-major, by the names that {@link findWeights} gives, or those of the model's own graph
 * @throws TypeError when `bytes` is no `Uint8Array`, or `values` no `Map` of `Float32Array`s
 * @throws RangeError when a weight needs another number of values, or one is beyond the range of its type
 * @throws PruneError `bad-model`; `unmatched-selector` when no weight has the name; `unsupported` when it is of another
 *   type or stored sparse; `external-data` when it lies in another file
 *
 * @example
 * ```ts
 * import { decodeModel, replaceWeights, tensorToFloat32 } from '@synaprune/onnx';
 * import { buildModel } from '@synaprune/onnx/graph';
 *
 * const bytes = buildModel({ tensors: { bias: { shape: [2], data: [1, 2] } } });
 * const trained = replaceWeights(bytes, new Map([['bias', Float32Array.of(3, 4)]]));
 * console.log([...tensorToFloat32(decodeModel(trained).graph!.initializer[0]!)]); // [ 3, 4 ]
 * ```
 */
export function replaceWeights(bytes: Uint8Array, values: ReadonlyMap<string, Float32Array>): Uint8Array {
  if (!(values instanceof Map)) {
    throw new TypeError(
      `replaceWeights needs values as a Map of names to Float32Array, got ${describe(values)}`,
    );
  }
  const all = survey('replaceWeights', bytes);
  const weights = new Map(all.map((weight) => [weight.name, weight.tensor]));
  // A name that a graph inside has too; findWeights gives such a tensor's place.
  const own = new Map(all.flatMap(({ graph, tensor }) => (graph === 'graph' ? [[tensor.name, tensor]] : [])));
  const replaced = Array.from(values, ([name, given]) => {
    const tensor = weights.get(name) ?? own.get(name);
    if (tensor === undefined) {
      const names = [...weights.keys()];
      throw new PruneError(
        'unmatched-selector',
        `no weight is named ${describe(name)}${didYouMean(name, names)}; there are ${listNames(names)}`,
      );
    }
    if (!(given instanceof Float32Array)) {
      throw new TypeError(`${showPlace(tensor.place)} needs a Float32Array, got ${describe(given)}`);
    }
    if (tensor.storage.kind === 'external') throw externalDataError(tensor);
    if (!/^(float32|b?float16)$/.test(tensor.type.name) || tensor.nonZeros !== undefined) {
      const stored = tensor.nonZeros === undefined ? '' : ' stored sparse';
      throw new PruneError(
        'unsupported',
        `${showPlace(tensor.place)} needs to be float32, float16 or bfloat16, got ${tensor.type.name}${stored}`,
      );
    }
    if (given.length !== tensor.elements) {
      throw new RangeError(
        `${showPlace(tensor.place)} of shape [${tensor.shape}] needs ${tensor.elements} values, got ${given.length}`,
      );
    }
    return { tensor, elements: elementsOf(name, tensor, given) };
  });
  const model = Uint8Array.from(bytes);
  const edits = replaced.flatMap(({ tensor, elements }) => writeElementBytes(model, tensor, elements));
  return splice(model, inOrder(edits));
}

/** Values as the bytes of a tensor's type, little-endian. @throws RangeError for what that cannot hold */
function elementsOf(name: string, tensor: TensorView, values: Float32Array): Uint8Array {
  switch (tensor.type.name) {
    case 'float16':
      return narrowed(name, tensor, values, roundToHalf, bitsOfHalf);
    case 'bfloat16':
      return narrowed(name, tensor, values, roundToBfloat, bitsOfBfloat);
    default:
      return littleEndian(values);
  }
}

function narrowed(
  name: string,
  tensor: TensorView,
  values: Float32Array,
  round: (value: number) => number,
  bitsOf: (value: number) => number,
): Uint8Array {
  const view = new DataView(new ArrayBuffer(values.length * 2));
  for (let i = 0; i < values.length; i += 1) {
    const value = values[i]!;
    if (Number.isFinite(value) && !Number.isFinite(round(value))) {
      throw new RangeError(
        `${quote(name)} is ${tensor.type.name}, and value ${i}, ${value}, is beyond what that can hold; convert the model to float32, or train with a lower learning rate or with clip`,
      );
    }
    view.setUint16(2 * i, bitsOf(value), true);
  }
  return new Uint8Array(view.buffer);
}

function littleEndian(values: Float32Array): Uint8Array {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const view = new DataView(new ArrayBuffer(values.length * 4));
  for (let i = 0; i < bits.length; i += 1) view.setUint32(4 * i, bits[i]!, true);
  return new Uint8Array(view.buffer);
}
