/**
 * What scores are made of, over values of any kind: arrays of a host, tensors of a runtime, places in a graph. Every
 * operation rounds to float32, once and to the nearest, and broadcasts as numpy does, so that equal numbers in give equal
 * numbers out wherever a score is reckoned: there is no division and no root among them, which devices round as they like.
 */
export interface Arithmetic<Value> {
  /** A number, rounded to float32. */
  scalar(number: number): Value;
  add(a: Value, b: Value): Value;
  subtract(a: Value, b: Value): Value;
  multiply(a: Value, b: Value): Value;
  abs(value: Value): Value;
  /** `value ≥ bound ? then : otherwise`, element by element: a choice, so that nothing of the other comes through. */
  whereAtLeast(value: Value, bound: Value, then: Value, otherwise: Value): Value;
  /** What {@link rankSigned} makes of a value, bit for bit, where that can be had at once; made of the others where absent. */
  rankSigned?(value: Value): Value;
}
