import { elementsOf, listNames, quote } from '@synaprune/core/checks';
import { replaceWeights } from '@synaprune/onnx';
import type { TrainingStep } from '../options/training-step.js';

/**
 * What gives a model with other values in the tensors of some names, all else as it was. It keeps the model's bytes, and
 * nothing of what a step was made of.
 *
 * @param originals names in the model, where the step has others
 * @returns a function that throws a RangeError when a name is not among `shapes`, or a value has another length
 */
export function exporterOf(
  bytes: Uint8Array,
  shapes: ReadonlyMap<string, readonly number[]>,
  originals: ReadonlyMap<string, string>,
): TrainingStep['export'] {
  return (values) => {
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
  };
}
