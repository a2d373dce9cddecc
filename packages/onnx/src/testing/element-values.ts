import { type Element, roundTo, wrapTo } from '../elements/element.js';
import { type ElementType, integerFormat } from '../elements/element-type.js';

/** Numbers that a random one rarely is. */
function edges(type: ElementType): readonly Element[] {
  if (type === 'bool') return [0, 1];
  const format = integerFormat(type);
  if (format !== undefined) {
    const { bits } = format;
    const whole = [0n, 1n, 2n, 3n, 7n, -1n, -2n, -3n, 2n ** 24n + 1n, 2n ** 53n + 1n, -(2n ** 53n) - 3n];
    const ends = [2n ** BigInt(bits - 1), 2n ** BigInt(bits - 1) - 1n, 2n ** BigInt(bits) - 2n];
    return [...new Set([...whole, ...ends].map((value) => wrapTo(type, value)))];
  }
  const values = [0, -0, 0.5, -0.5, 1, -1, 1.5, 2.5, -2.5, 3, -3, 7.3, -4.7, 255.9, 65504, 2 ** 24, 1e30];
  const special = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const subnormal = { float32: 2 ** -140, float64: 2 ** -1060, float16: 2 ** -20, bfloat16: 2 ** -130 };
  const tiny = subnormal[type as 'float32'];
  return [...values, ...special, tiny, -3 * tiny].map((value) => roundTo(type, value));
}

/** Edge values of a type, each with each, and random ones: two lists of the same length. */
export function pairs(type: ElementType, random: number, seed = 1): readonly (readonly [Element, Element])[] {
  let state = seed;
  const uniform = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  const draw = (): Element => {
    const format = integerFormat(type);
    if (type === 'bool') return uniform() < 0.5 ? 0 : 1;
    // Of all sizes: numbers evenly spread are nearly all large.
    if (format !== undefined) {
      const bits = BigInt(Math.floor(uniform() * format.bits) + 1);
      const value =
        (BigInt(Math.floor(uniform() * 2 ** 32)) << 32n) | BigInt(Math.floor(uniform() * 2 ** 32));
      return wrapTo(type, BigInt.asIntN(Number(bits) + 1, value));
    }
    return roundTo(type, (uniform() * 2 - 1) * 2 ** Math.floor(uniform() * 40 - 20));
  };
  const each = edges(type);
  const all = each.flatMap((a) => each.map((b) => [a, b] as const));
  return [...all, ...Array.from({ length: random }, () => [draw(), draw()] as const)];
}
