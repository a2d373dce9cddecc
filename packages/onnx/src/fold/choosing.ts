import { stridesOf } from './coordinates.js';
import { type Fold, knownNumbers } from './rule.js';

/** The coordinates of what is not zero, one row an axis, in the order of the elements. */
const nonZero: Fold = ({ inputs }) => {
  const x = inputs[0]!;
  const found = knownNumbers(x).flatMap((element, at) => (element === 0 ? [] : [at]));
  const strides = stridesOf(x.shape);
  return [
    strides.flatMap((stride, axis) => found.map((at) => BigInt(Math.floor(at / stride) % x.shape[axis]!))),
  ];
};

/** Operators that say which elements were chosen. */
export const choosingFolds: Readonly<Record<string, Fold>> = { NonZero: nonZero };
