import { listNames, quote } from '@synaprune/core/checks';
import { replaceWeights } from '@synaprune/onnx';
import { sizeOf } from '@synaprune/onnx/graph';

/**
 * A model with other values in the tensors of some names, all else as it was.
 *
 * @throws RangeError when a name is not among `shapes`, or a value has another length
 */
export function exportModel(
  bytes: Uint8Array,
  shapes: ReadonlyMap<string, readonly number[]>,
  values: ReadonlyMap<string, Float32Array>,
): Uint8Array {
  for (const [name, value] of values) {
    const shape = shapes.get(name);
    if (shape === undefined)
      throw new RangeError(
        `${quote(name)} is no weight or buffer of this step; there are ${listNames([...shapes.keys()])}`,
      );
    if (value.length !== sizeOf(shape))
      throw new RangeError(`${quote(name)} needs ${sizeOf(shape)} elements, got ${value.length}`);
  }
  return replaceWeights(bytes, new Map(values));
}
