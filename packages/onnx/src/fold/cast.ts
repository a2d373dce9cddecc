import { type Element, isFoldable, roundTo, wrapTo } from '../elements/element.js';
import { type ElementType, integerFormat, isFloat } from '../elements/element-type.js';
import { roundableOf } from '../elements/narrow-floats.js';
import { type Fold, knownElements } from './rule.js';

/**
 * The element in another type. Integers wrap, floats are cut to the integer below in magnitude, and all else is
 * rounded to nearest. Undefined where the standard or the runtimes leave the result open.
 */
function castElement(element: Element, to: ElementType): Element | undefined {
  if (to === 'bool') return Number(element) === 0 ? 0 : 1;
  if (isFloat(to)) {
    if (typeof element === 'number') return rounded(element, to);
    return to === 'float64' ? Number(element) : rounded(roundableOf(element), to);
  }
  if (typeof element === 'bigint') return wrapTo(to, element);
  if (!Number.isFinite(element)) return undefined;
  const whole = BigInt(Math.trunc(element));
  const wrapped = wrapTo(to, whole);
  return BigInt(wrapped) === whole ? wrapped : undefined;
}

/** Narrow floats are rounded from float32 by some and at once by others: known where both agree. */
function rounded(value: number, to: ElementType): number | undefined {
  const direct = roundTo(to, value);
  return Object.is(direct, roundTo(to, to === 'float64' ? value : Math.fround(value))) ? direct : undefined;
}

/** `Cast`, between all types that elements are computed in. */
export const castFold: Fold = ({ inputs, kinds }) => {
  const { type } = inputs[0]!;
  const to = kinds[0]!.type;
  if (!isFoldable(to)) return undefined;
  const integer = integerFormat(type) !== undefined || type === 'bool';
  const results: Element[] = [];
  for (const element of knownElements(inputs[0])) {
    const result = castElement(integer ? BigInt(element) : element, to);
    if (result === undefined) return undefined;
    results.push(result);
  }
  return [results];
};
