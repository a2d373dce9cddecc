import { elementsOf, quote } from '@synaprune/core/checks';
import type { Quantization } from '../artifacts/artifacts.js';
import { badModel } from '../artifacts/bad-model.js';
import type { StoredWeight } from '../artifacts/open-artifacts.js';
import type { WeightBytes } from '../artifacts/weight-bytes.js';
import { bytesPerElement } from '../artifacts/weight-spec.js';
import { quantiseValues } from './quantise.js';

/** What a weight becomes. The name, dtype and whatever else its spec says stay. */
export interface ChangedWeight {
  readonly shape: readonly number[];
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Where the codes stand for other numbers than before; the weight's own unless told. `null` for none. */
  readonly quantization?: Quantization | null;
}

/**
 * Some slices of a weight along an axis: its codes as they are, so that nothing is rounded again.
 *
 * @param kept indices along the axis, in the order that they are to have; one may come twice
 * @throws PruneError `bad-model` when it holds strings
 */
export function takeSlices(
  weight: StoredWeight,
  bytes: WeightBytes,
  axis: number,
  kept: readonly number[],
): ChangedWeight {
  return takeFrom(
    weight,
    { shape: weight.shape, bytes: bytes.read(weight.offset, weight.length) },
    axis,
    kept,
  );
}

/** As {@link takeSlices}, of what became of a weight already: for a cut along several axes. */
export function takeFrom(
  weight: StoredWeight,
  { shape, bytes, ...rest }: ChangedWeight,
  axis: number,
  kept: readonly number[],
): ChangedWeight {
  const size = bytesPerElement(weight);
  if (size === undefined) throw badModel(`the weight ${quote(weight.name)} holds strings, which are not cut`);
  const edge = shape[axis];
  if (
    edge === undefined ||
    kept.some((index) => !Number.isSafeInteger(index) || index < 0 || index >= edge)
  ) {
    throw new RangeError(
      `takeSlices needs indices along an axis of ${quote(weight.name)} [${shape}], got axis ${axis}`,
    );
  }
  const inner = size * elementsOf(shape.slice(axis + 1));
  const outer = elementsOf(shape.slice(0, axis));
  const made = new Uint8Array(outer * kept.length * inner);
  let at = 0;
  for (let row = 0; row < outer; row += 1) {
    for (const index of kept) {
      const from = (row * edge + index) * inner;
      made.set(bytes.subarray(from, from + inner), at);
      at += inner;
    }
  }
  return { ...rest, shape: shape.with(axis, kept.length), bytes: made };
}

/**
 * Other values for a weight, in the type that it is kept in. float16 rounds; uint8 and uint16 get a scale and a min of
 * their own, in which zero is exactly zero; values that so few bits cannot hold are kept as float32.
 */
export function changeValues(
  weight: StoredWeight,
  shape: readonly number[],
  values: Float32Array,
): ChangedWeight {
  if (elementsOf(shape) !== values.length) {
    throw new RangeError(
      `changeValues needs as many values as [${shape}] has elements, got ${values.length}`,
    );
  }
  const { dtype, quantization, name } = weight;
  if (dtype !== 'float32')
    throw badModel(`the weight ${quote(name)} holds ${dtype}, where float32 is needed`);
  const made = quantization && quantiseValues(values, quantization.dtype);
  if (made !== undefined) return { shape, ...made };
  return {
    shape,
    bytes: new Uint8Array(Float32Array.from(values).buffer),
    ...(quantization === undefined ? {} : { quantization: null }),
  };
}

/** Other whole numbers for an int32 weight: a shape, a size. They are kept as plain int32. */
export function changeWholes(shape: readonly number[], values: readonly number[]): ChangedWeight {
  if (elementsOf(shape) !== values.length) {
    throw new RangeError(
      `changeWholes needs as many values as [${shape}] has elements, got ${values.length}`,
    );
  }
  return { shape, bytes: new Uint8Array(Int32Array.from(values).buffer), quantization: null };
}
