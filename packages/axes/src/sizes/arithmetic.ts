import { type Dim, divideDim, timesDim } from '../axes/dim.js';

/** What two sizes become, undefined where only a run knows what comes out. */
export type SizeArithmetic = (a: Dim, b: Dim) => Dim | undefined;

/** Of two numbers; undefined where one is open, or what comes out is no whole number that is held exactly. */
export const ofNumbers =
  (of: (a: number, b: number) => number): SizeArithmetic =>
  (a, b) => {
    if (typeof a !== 'number' || typeof b !== 'number') return undefined;
    const number = of(a, b);
    return Number.isSafeInteger(number) ? number + 0 : undefined;
  };

/** Zero of sizes has no sign, which products and quotients of numbers may give it. */
const withoutSign = (dim: Dim): Dim => (typeof dim === 'number' ? dim + 0 : dim);

const sum = ofNumbers((a, b) => a + b);
const difference = ofNumbers((a, b) => a - b);

/** Arithmetic of sizes that every format has. */
export const shapeArithmetic: {
  readonly add: SizeArithmetic;
  readonly subtract: SizeArithmetic;
  readonly multiply: SizeArithmetic;
  readonly largest: SizeArithmetic;
  readonly smallest: SizeArithmetic;
  /** With the sign of what it is divided by; of 0, none. */
  readonly remainder: SizeArithmetic;
} = {
  add: (a, b) => (a === 0 ? b : b === 0 ? a : sum(a, b)),
  subtract: (a, b) => (b === 0 ? a : difference(a, b)),
  multiply(a, b) {
    const product = withoutSign(timesDim(a, b));
    return Number.isSafeInteger(typeof product === 'number' ? product : product.times) ? product : undefined;
  },
  largest: ofNumbers(Math.max),
  smallest: ofNumbers(Math.min),
  remainder: ofNumbers((a, b) => ((a % b) + b) % b),
};

/**
 * Division of sizes: exact where it can be, open sizes too, and else rounded as the format rounds.
 *
 * @param round such as `Math.trunc` or `Math.floor`
 */
export function dividedBy(round: (quotient: number) => number): SizeArithmetic {
  const rounded = ofNumbers((a, b) => round(a / b));
  return (a, b) => {
    if (b === 0) return undefined;
    const exact = divideDim(a, b);
    return exact === undefined ? rounded(a, b) : withoutSign(exact);
  };
}
