import { numberAt } from '@synaprune/onnx/graph';
import { at, elementwise, made, type Reference } from './reference.js';

/** Of erf's series: 80 terms give it to 1e-9 within ±4, where terms of both signs are as large as 1e6. */
const TERMS = 80;

/** `2/√π·Σ (−1)ⁿ·x²ⁿ⁺¹/(n!·(2n + 1))`. */
function erf(x: number): number {
  let [power, sum] = [x, 0];
  for (let n = 0; n < TERMS; n++) {
    sum += power / (2 * n + 1);
    power *= -(x * x) / (n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}

const below = (x: number, alpha: number, width = 1) => alpha * Math.expm1(Math.min(0, x) / width);

const oneHot: Reference = ([indices, depth, values], attributes) => {
  const rank = indices!.shape.length;
  const axis = (numberAt(attributes, 'axis', -1) + rank + 1) % (rank + 1);
  const size = Math.trunc(depth!.data[0]!);
  const [off, on] = values!.data as [number, number];
  return made([...indices!.shape.slice(0, axis), size, ...indices!.shape.slice(axis)], (index) => {
    const chosen = Math.trunc(at(indices!, index.toSpliced(axis, 1)));
    return index[axis] === (chosen < 0 ? chosen + size : chosen) ? on : off;
  });
};

const dequantize: Reference = ([q, scale, zero], attributes) => {
  const rank = q!.shape.length;
  const axis = (numberAt(attributes, 'axis', 1) + rank) % rank;
  const block = numberAt(attributes, 'block_size', 0);
  return made(q!.shape, (index) => {
    const along = block > 0 ? index.with(axis, Math.floor(index[axis]! / block)) : [index[axis]!];
    const of = scale!.data.length === 1 ? scale!.shape.map(() => 0) : along;
    return (at(q!, index) - (zero ? at(zero, of) : 0)) * at(scale!, of);
  });
};

/** Operators whose elements come of one element each. */
export const elementwiseReferences: Readonly<Record<string, Reference>> = {
  Erf: elementwise(erf),
  Sinh: elementwise(Math.sinh),
  Cosh: elementwise(Math.cosh),
  Asin: elementwise(Math.asin),
  Acos: elementwise(Math.acos),
  Atan: elementwise(Math.atan),
  Asinh: elementwise(Math.asinh),
  Acosh: elementwise(Math.acosh),
  Atanh: elementwise(Math.atanh),
  Softplus: elementwise((x) => Math.log1p(Math.exp(x))),
  Softsign: elementwise((x) => x / (1 + Math.abs(x))),
  HardSigmoid: elementwise((x, attributes) => {
    const line = numberAt(attributes, 'alpha', 0.2) * x + numberAt(attributes, 'beta', 0.5);
    return Math.max(0, Math.min(1, line));
  }),
  HardSwish: elementwise((x) => x * Math.max(0, Math.min(1, x / 6 + 0.5))),
  Elu: elementwise((x, attributes) => Math.max(0, x) + below(x, numberAt(attributes, 'alpha', 1))),
  Celu: elementwise((x, attributes) => {
    const alpha = numberAt(attributes, 'alpha', 1);
    return Math.max(0, x) + below(x, alpha, alpha);
  }),
  Selu: elementwise((x, attributes) => {
    const alpha = numberAt(attributes, 'alpha', Math.fround(1.6732632));
    return numberAt(attributes, 'gamma', Math.fround(1.050701)) * (Math.max(0, x) + below(x, alpha));
  }),
  OneHot: oneHot,
  DequantizeLinear: dequantize,
};
