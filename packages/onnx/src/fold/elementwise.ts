import { type Element, elementOf, isExact, roundTo, wrapTo } from '../elements/element.js';
import { integerFormat, isFloat } from '../elements/element-type.js';
import type { Kind } from '../elements/kind.js';
import { roundHalfEven } from '../elements/narrow-floats.js';
import { type Attributes, numberAt, textAt } from '../values/attributes.js';
import { broadcastIndices } from './coordinates.js';
import { type Fold, knownElements } from './rule.js';

/** One element of the result from one of each input, broadcast. Undefined leaves all to the runtime. */
function each(
  compute: (
    elements: readonly (Element | undefined)[],
    attributes: Attributes,
    kind: Kind,
  ) => Element | undefined,
): Fold {
  return ({ inputs, attributes, kinds }) => {
    const kind = kinds[0]!;
    const sources = inputs.map((input) => ({
      elements: knownElements(input),
      at: input ? broadcastIndices(input.shape, kind.shape) : undefined,
    }));
    const count = sources[0]!.at!.length;
    const results = new Array<Element>(count);
    for (let index = 0; index < count; index++) {
      const result = compute(
        sources.map(({ elements, at }) => at && elements[at[index]!]),
        attributes,
        kind,
      );
      if (result === undefined) return undefined;
      results[index] = result;
    }
    return [results];
  };
}

type OfFloats = (a: number, b: number) => number | undefined;
type OfIntegers = (a: bigint, b: bigint, bits: number) => bigint | undefined;

/** Each operation rounded once to the type of floats, or wrapped into that of integers. */
const arithmetic = (floats: OfFloats, integers: OfIntegers): Fold => {
  const compute = each(([a, b = 0], _attributes, { type }) => {
    if (isFloat(type)) {
      const result = floats(Number(a), Number(b));
      return result === undefined ? undefined : roundTo(type, result);
    }
    const result = integers(BigInt(a!), BigInt(b), integerFormat(type)!.bits);
    return result === undefined ? undefined : wrapTo(type, result);
  });
  return (call) => (call.kinds[0]!.type === 'bool' ? undefined : compute(call));
};

const floats = (compute: (a: number) => number | undefined): Fold => arithmetic(compute, () => undefined);

const comparison = (holds: (a: Element, b: Element) => boolean): Fold =>
  each(([a, b]) => (holds(a!, b!) ? 1 : 0));

const logic = (compute: (a: Element, b: Element) => Element): Fold => each(([a, b]) => compute(a!, b!));

const bits = (compute: (a: bigint, b: bigint) => bigint): Fold => arithmetic(() => undefined, compute);

/** Which of +0 and −0 is the smaller is left open. */
const areBothZeros = (a: number, b: number): boolean => a === 0 && b === 0 && !Object.is(a, b);

/** Where vectors of 64-bit integers have no comparison, some libraries compare the lower halves with their signs. */
const areComparedByHalves = (a: bigint, b: bigint, size: number): boolean =>
  size === 64 && a >> 32n === b >> 32n && (a & (2n ** 31n)) !== (b & (2n ** 31n));

const extreme = (ofFloats: (a: number, b: number) => number, takesFirst: (a: bigint, b: bigint) => boolean) =>
  arithmetic(
    (a, b) => (areBothZeros(a, b) ? undefined : ofFloats(a, b)),
    (a, b, size) => (areComparedByHalves(a, b, size) ? undefined : takesFirst(a, b) ? a : b),
  );

/** −1 is the only divisor that can make a quotient too large; machines stop there, or do not. */
const overflows = (a: bigint, b: bigint, size: number): boolean =>
  b === -1n && a === -(2n ** BigInt(size - 1));

const modulo: Fold = (call) => {
  const truncates = numberAt(call.attributes, 'fmod', 0) !== 0;
  return arithmetic(
    // Which zero is left of −0 is open.
    (a, b) => (truncates && !Object.is(a, -0) ? a % b : undefined),
    (a, b, size) => {
      if (b === 0n || overflows(a, b, size)) return undefined;
      // Some take the remainder of 64-bit integers from that of float64.
      if (truncates && !(isExact(a) && isExact(b))) return undefined;
      const rest = a % b;
      // Without fmod the sign is the divisor's, as in Python.
      return truncates || rest === 0n || rest < 0n === b < 0n ? rest : rest + b;
    },
  )(call);
};

/** Powers of integers that floats hold exactly, by whatever way a runtime computes them. */
const power: Fold = ({ inputs, attributes, kinds }) => {
  const [base, exponent] = inputs;
  if (integerFormat(base!.type) === undefined || integerFormat(exponent!.type) === undefined)
    return undefined;
  return each(([a, b], _attributes, { type }) => {
    const [x, times] = [BigInt(a!), BigInt(b!)];
    if (times < 0n || !isExact(times) || (times > 64n && x * x > 1n)) return undefined;
    const result = x ** (times > 64n ? (times % 2n) + 2n : times);
    const fits = isExact(result) && BigInt(wrapTo(type, result)) === result;
    return fits ? elementOf(type, result) : undefined;
  })({ inputs, attributes, kinds });
};

const shift: Fold = (call) => {
  const left = textAt(call.attributes, 'direction', '') === 'LEFT';
  return arithmetic(
    () => undefined,
    (a, by, size) => (by >= BigInt(size) ? undefined : left ? a << by : a >> by),
  )(call);
};

const clip: Fold = each(([x, low, high]) => {
  const known = [x, low, high].filter((element) => element !== undefined);
  const negative = known.filter((element) => Object.is(element, -0)).length;
  const zeros = known.filter((element) => element === 0).length;
  if (known.some((element) => Number.isNaN(element)) || (negative > 0 && negative < zeros)) return undefined;
  const raised = low !== undefined && x! < low ? low : x!;
  return high !== undefined && raised > high ? high : raised;
});

const isInfinite: Fold = each(([x], attributes) => {
  const side = x === Number.POSITIVE_INFINITY ? 'detect_positive' : 'detect_negative';
  const infinite = Math.abs(Number(x)) === Number.POSITIVE_INFINITY;
  return infinite && numberAt(attributes, side, 1) !== 0 ? 1 : 0;
});

/** Operators that work on each element by itself, all of them exact by the standards of integers and of IEEE 754. */
export const elementwiseFolds: Readonly<Record<string, Fold>> = {
  Add: arithmetic(
    (a, b) => a + b,
    (a, b) => a + b,
  ),
  Sub: arithmetic(
    (a, b) => a - b,
    (a, b) => a - b,
  ),
  Mul: arithmetic(
    (a, b) => a * b,
    (a, b) => a * b,
  ),
  Div: arithmetic(
    (a, b) => a / b,
    (a, b, size) => (b === 0n || overflows(a, b, size) ? undefined : a / b),
  ),
  Mod: modulo,
  Pow: power,
  BitShift: shift,
  BitwiseAnd: bits((a, b) => a & b),
  BitwiseOr: bits((a, b) => a | b),
  BitwiseXor: bits((a, b) => a ^ b),
  BitwiseNot: bits((a) => ~a),
  Min: extreme(Math.min, (a, b) => a < b),
  Max: extreme(Math.max, (a, b) => a > b),
  Neg: arithmetic(
    (a) => -a,
    (a) => -a,
  ),
  Abs: arithmetic(Math.abs, (a, _b, size) => (a === -(2n ** BigInt(size - 1)) ? undefined : a < 0n ? -a : a)),
  Sign: arithmetic(
    (a) => (Number.isNaN(a) || Object.is(a, -0) ? undefined : Math.sign(a)),
    (a) => (a > 0n ? 1n : a < 0n ? -1n : 0n),
  ),
  Floor: floats(Math.floor),
  Ceil: floats(Math.ceil),
  Round: floats(roundHalfEven),
  Sqrt: floats(Math.sqrt),
  Clip: clip,
  Equal: comparison((a, b) => a === b),
  Greater: comparison((a, b) => a > b),
  Less: comparison((a, b) => a < b),
  GreaterOrEqual: comparison((a, b) => a >= b),
  LessOrEqual: comparison((a, b) => a <= b),
  IsNaN: each(([x]) => (Number.isNaN(x) ? 1 : 0)),
  IsInf: isInfinite,
  Not: logic((a) => (a ? 0 : 1)),
  And: logic((a, b) => (a && b ? 1 : 0)),
  Or: logic((a, b) => (a || b ? 1 : 0)),
  Xor: logic((a, b) => (a === b ? 0 : 1)),
  Where: each(([condition, a, b]) => (condition ? a! : b!)),
};
