import { codecOf } from '../elements/codec.js';
import { isFloat, isQuantised } from '../elements/element-type.js';
import { elementBytes } from './element-bytes.js';
import type { TensorView } from './model-view.js';

/** The values of a small tensor of floats or quantised integers. */
export function readNumbers(bytes: Uint8Array, tensor: TensorView): number[] | undefined {
  const units = elementBytes(bytes, tensor);
  const view = new DataView(units.buffer, units.byteOffset, units.byteLength);
  const get = numberReader(tensor, view);
  return get && Array.from({ length: tensor.elements }, (_, i) => get(i));
}

/** Reads an element by its index; `undefined` for types that are no numbers of these. */
export function numberReader({ type }: TensorView, view: DataView): ((i: number) => number) | undefined {
  const codec = isFloat(type.name) || isQuantised(type.name) ? codecOf(type.name) : undefined;
  return codec && ((i) => codec.read(view, i) as number);
}
