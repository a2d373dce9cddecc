import { type Dim, dividedBy, ofNumbers, type SizeArithmetic, shapeArithmetic } from '@synaprune/axes';

const same = ofNumbers((a, b) => (a === b ? 1 : 0));
const isOpen = (dim: Dim) => typeof dim !== 'number' && dim.times > 0;
const isBelow = (dim: Dim) => typeof dim === 'number' && dim < 0;

/** What integers become by operators of ONNX. */
export const sizeArithmetic: Readonly<Record<string, SizeArithmetic>> = {
  Add: shapeArithmetic.add,
  Sub: shapeArithmetic.subtract,
  Mul: shapeArithmetic.multiply,
  Div: dividedBy(Math.trunc),
  Max: shapeArithmetic.largest,
  Min: shapeArithmetic.smallest,
  Mod: shapeArithmetic.remainder,
  // No length is negative, however open it is.
  Equal: (a, b) => (isOpen(a) && isBelow(b) ? 0 : isOpen(b) && isBelow(a) ? 0 : same(a, b)),
  Greater: ofNumbers((a, b) => (a > b ? 1 : 0)),
  Less: ofNumbers((a, b) => (a < b ? 1 : 0)),
};
