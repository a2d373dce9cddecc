import { elementsOf, listNames, quote } from '@synaprune/core/checks';
import { replaceWeights } from '@synaprune/onnx';

/**
 * A model with other values in the tensors of some names, all else as it was.
 *
 * @param originals names in the model, where the step has others
 * @throws RangeError when a name is not among `shapes`, or a value has another length
 */
export function exportModel(
  bytes: Uint8Array,
  shapes: ReadonlyMap<string, readonly number[]>,
  values: ReadonlyMap<string, Float32Array>,
  originals: ReadonlyMap<string, string>,
): Uint8Array {
  for (const [name, value] of values) {
    const shape = shapes.get(name);
    if (shape === undefined)
      throw new RangeError(
        `${quote(name)} is no weight or buffer of this step; there are ${listNames([...shapes.keys()])}`,
      );
    if (value.length !== elementsOf(shape))
      throw new RangeError(`${quote(name)} needs ${elementsOf(shape)} elements, got ${value.length}`);
  }
  return replaceWeights(
    bytes,
    new Map(Array.from(values, ([name, value]) => [originals.get(name) ?? name, value])),
  );
}
