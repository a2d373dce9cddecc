import { type CodeLoops, count, countZeros, drop } from './code-loops.js';
import { selectCodes } from './select-codes.js';

/** The loops in plain TypeScript. */
export const scriptCodeLoops: CodeLoops = {
  select: (runs, _, rank) => selectCodes(runs, rank),
  count,
  drop,
  countZeros,
};
