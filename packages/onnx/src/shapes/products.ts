import { showShape } from '../elements/kind.js';
import { numberAt, textAt } from '../values/attributes.js';
import { broadcast } from '../values/broadcast.js';
import { dimensionsOf, parseEquation } from '../values/equation.js';
import type { ShapeRule } from './rule.js';
import { oneType } from './types.js';

const matMul: ShapeRule = ([a, b]) => {
  if (a!.shape.length < 2 || b!.shape.length < 2) throw new RangeError('both need at least two axes');
  const [rows, inner] = a!.shape.slice(-2) as [number, number];
  const [innerOfB, columns] = b!.shape.slice(-2) as [number, number];
  if (inner !== innerOfB) throw new RangeError(`${inner} columns meet ${innerOfB} rows`);
  return [
    {
      type: oneType([a, b]),
      shape: [...broadcast(a!.shape.slice(0, -2), b!.shape.slice(0, -2)), rows, columns],
    },
  ];
};

const gemm: ShapeRule = ([a, b, c], attributes) => {
  if (a!.shape.length !== 2 || b!.shape.length !== 2) throw new RangeError('both factors need two axes');
  const turn = (shape: readonly number[], name: string) =>
    numberAt(attributes, name, 0) ? [shape[1]!, shape[0]!] : shape;
  const [rows, inner] = turn(a!.shape, 'transA') as [number, number];
  const [innerOfB, columns] = turn(b!.shape, 'transB') as [number, number];
  if (inner !== innerOfB) throw new RangeError(`${inner} columns meet ${innerOfB} rows`);
  const shape = [rows, columns];
  if (c && broadcast(shape, c.shape).some((d, axis) => d !== shape[axis])) {
    throw new RangeError(`${showShape(c.shape)} does not broadcast to ${showShape(shape)}`);
  }
  return [{ type: oneType([a, b, c]), shape }];
};

const einsum: ShapeRule = (inputs, attributes) => {
  const equation = parseEquation(
    textAt(attributes, 'equation', ''),
    inputs.map(({ shape }) => shape.length),
  );
  const sizes = dimensionsOf(
    equation,
    inputs.map(({ shape }) => shape),
  );
  return [{ type: oneType(inputs), shape: equation.output.map((label) => sizes.get(label)!) }];
};

/** Sums of products. */
export const productShapes: Readonly<Record<string, ShapeRule>> = {
  MatMul: matMul,
  Gemm: gemm,
  Einsum: einsum,
};
