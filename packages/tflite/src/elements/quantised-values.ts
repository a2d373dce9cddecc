import type { Quantisation, Tensor } from '../model/model.js';
import { codecOf, viewOf } from './codec.js';

/** Which scale and zero point an element has, by its flat index. */
export function parameterOf(
  { scales, axis }: Quantisation,
  shape: readonly number[],
): (index: number) => number {
  if (scales.length === 1) return () => 0;
  const inner = shape.slice(axis + 1).reduce((product, edge) => product * edge, 1);
  return (index) => Math.floor(index / inner) % scales.length;
}

/**
 * The float32 numbers that a dense tensor stands for, row-major: `(value − zero point) · scale` where it is quantised.
 *
 * @returns undefined where its type or its scales are not known, or it has no data
 */
export function readFloats({
  data,
  type,
  elements,
  shape,
  quantisation,
}: Tensor): Float32Array<ArrayBuffer> | undefined {
  const codec = codecOf(type);
  if (data === undefined || codec === undefined || typeof quantisation === 'string') return undefined;
  const view = viewOf(data);
  const values = new Float32Array(elements);
  if (codec.range === undefined) {
    for (let i = 0; i < elements; i += 1) values[i] = codec.read(view, i);
    return values;
  }
  if (quantisation === undefined) return undefined;
  const parameter = parameterOf(quantisation, shape);
  for (let i = 0; i < elements; i += 1) {
    const at = parameter(i);
    values[i] = (codec.read(view, i) - quantisation.zeroPoints[at]!) * quantisation.scales[at]!;
  }
  return values;
}
