import { requireThat } from '../checks/require.js';
import type { Arithmetic } from './arithmetic.js';

/** Magnitudes up to this one are taken for zero, and those from {@link MOST} on for that. */
const LEAST = 2 ** -63;
const MOST = 2 ** 62;

/**
 * Values with a sign as magnitudes in the same order, exactly: the most negative ranks lowest, NaN highest. What is ranked
 * is ranked by magnitude, and for signs there is no room in it, so that ±2⁻⁶³ and what is nearer to zero ties with zero,
 * and what is beyond ±2⁶² ties with that. Positive values go up by a power of two; of negative ones exponent and
 * mantissa are turned round, each without rounding.
 *
 * @throws TypeError when it is given no arithmetic
 */
export function rankSigned<Value>(arithmetic: Arithmetic<Value>, value: Value): Value {
  const isOne = typeof arithmetic?.whereAtLeast === 'function';
  requireThat('rankSigned', 'arithmetic', arithmetic, 'an Arithmetic', isOne);
  if (arithmetic.rankSigned !== undefined) return arithmetic.rankSigned(value);
  const { scalar, subtract, multiply, whereAtLeast } = arithmetic;
  const bounded = whereAtLeast(value, scalar(MOST), scalar(MOST), value);
  const size = multiply(bounded, scalar(-(2 ** 63)));
  // In [1, 2 ** 125], and 1 where there is no size to turn round.
  let mantissa = whereAtLeast(
    size,
    scalar(2 ** 125),
    scalar(2 ** 125),
    whereAtLeast(size, scalar(1), size, scalar(1)),
  );
  // 2 ** −exponent, so that mantissa lies in [1, 2).
  let turned = scalar(1);
  for (const step of [64, 32, 16, 8, 4, 2, 1]) {
    const factor = whereAtLeast(mantissa, scalar(2 ** step), scalar(2 ** -step), scalar(1));
    mantissa = multiply(mantissa, factor);
    turned = multiply(turned, factor);
  }
  const negative = multiply(subtract(scalar(1.5), multiply(mantissa, scalar(0.5))), turned);
  const notPositive = whereAtLeast(
    bounded,
    scalar(-LEAST),
    scalar(2),
    // Nothing but NaN is not above this.
    whereAtLeast(bounded, scalar(Number.NEGATIVE_INFINITY), negative, bounded),
  );
  // Above 2⁻⁶³, as float32 has it.
  const positive = scalar(LEAST * (1 + 2 ** -23));
  return whereAtLeast(bounded, positive, multiply(bounded, scalar(2 ** 65)), notPositive);
}
