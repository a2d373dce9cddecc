/*
 * p³ rounded once. `p ** 3` is left to the engine, and engines differ in the last bit (V8 is off in one case
 * in ten); a schedule computed there would not give the same budget everywhere. This way it does, and it
 * agrees with C's pow, which the published program used, in all but one case in a thousand.
 */

/** The correctly rounded cube of a number in [0, 1], the same in every JavaScript engine. */
export function cube(p: number): number {
  const [square, squareError] = multiply(p, p);
  const [product, productError] = multiply(square, p);
  return product + (productError + squareError * p);
}

/** `a · b` as a float64 and what rounding it lost (Dekker 1971). */
function multiply(a: number, b: number): [product: number, error: number] {
  const product = a * b;
  const [aHigh, aLow] = split(a);
  const [bHigh, bLow] = split(b);
  return [product, aHigh * bHigh - product + aHigh * bLow + aLow * bHigh + aLow * bLow];
}

/** A float64 as the sum of two halves whose products are exact (Veltkamp 1968). */
function split(a: number): [high: number, low: number] {
  const shifted = a * (2 ** 27 + 1);
  const high = shifted - (shifted - a);
  return [high, a - high];
}
