import { areEqual, type Numbers } from '@synaprune/core/numbers';
import { isFloat } from '../../elements/element-type.js';
import { elementBytes, isOutOfReach } from '../../view/element-bytes.js';
import type { TensorView } from '../../view/model-view.js';
import { numberReader } from '../../view/numbers.js';

/** The numbers of a float tensor that lies in the file. */
export function numbersOf(bytes: Uint8Array, tensor: TensorView): Numbers | undefined {
  const { nonZeros, shape, type, elements } = tensor;
  if (isOutOfReach(tensor) || nonZeros !== undefined || elements === 0 || !isFloat(type.name))
    return undefined;
  const units = elementBytes(bytes, tensor);
  const at = numberReader(tensor, new DataView(units.buffer, units.byteOffset, units.byteLength));
  return at && { shape, at };
}

/** Whether all elements of a tensor are equal, where they can be looked at. */
export function isEven(bytes: Uint8Array, tensor: TensorView): boolean {
  const numbers = numbersOf(bytes, tensor);
  return numbers !== undefined && areEqual(numbers);
}
