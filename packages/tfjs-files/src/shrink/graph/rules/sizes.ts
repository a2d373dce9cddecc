import { dividedBy, type SizeArithmetic, shapeArithmetic } from '@synaprune/axes';

const divide = dividedBy(Math.floor);

/** What whole numbers become by operators. */
export const sizeArithmetic: Readonly<Record<string, SizeArithmetic>> = {
  Add: shapeArithmetic.add,
  AddV2: shapeArithmetic.add,
  Sub: shapeArithmetic.subtract,
  Mul: shapeArithmetic.multiply,
  FloorDiv: divide,
  Div: divide,
  Maximum: shapeArithmetic.largest,
  Minimum: shapeArithmetic.smallest,
  FloorMod: shapeArithmetic.remainder,
};
