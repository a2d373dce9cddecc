/*
 * Activations: sums, products and quotients of float32 in one order, so that a plain loop gives the same bits. Within four
 * units in the last place of the functions they stand for, but where those come near 0 beyond all float32.
 */

/** Adding this rounds to a whole number, halves to even, where a float32 has no room for more digits. */
const ROUNDING: f32 = 12582912;
const LOG2_E: f32 = 1.44269502162933349609375;
/** ln 2 in two parts, the first with few digits, so that its multiples are exact. */
const LN2_HIGH: f32 = 0.693359375;
const LN2_LOW: f32 = -0.00021219444170128554105758666992188;

@inline
function splat(x: f32): v128 {
  return f32x4.splat(x);
}

@inline
function add(a: v128, b: v128): v128 {
  return f32x4.add(a, b);
}

@inline
function sub(a: v128, b: v128): v128 {
  return f32x4.sub(a, b);
}

@inline
function mul(a: v128, b: v128): v128 {
  return f32x4.mul(a, b);
}

/** The number, or the end of the range that it lies beyond; NaN stays. */
@inline
function clamp(x: v128, low: f32, high: f32): v128 {
  return f32x4.pmin(f32x4.pmax(x, splat(low)), splat(high));
}

/** x as n · ln 2 + r, with a whole n: r. */
@inline
function rest(x: v128, whole: v128): v128 {
  const n = sub(whole, splat(ROUNDING));
  return sub(sub(x, mul(n, splat(LN2_HIGH))), mul(n, splat(LN2_LOW)));
}

/** n + ROUNDING: n stands in its last bits. */
@inline
function wholeOf(x: v128): v128 {
  return add(mul(x, splat(LOG2_E)), splat(ROUNDING));
}

/** e^r − 1 of |r| ≤ ln 2 / 2: the polynomial of this degree whose largest relative error is least, 1.7e-8. */
@inline
function polynomial(r: v128): v128 {
  let p = splat(0.0013882516650483012);
  p = add(mul(p, r), splat(0.008366547524929047));
  p = add(mul(p, r), splat(0.04166720062494278));
  p = add(mul(p, r), splat(0.1666654348373413));
  p = add(mul(p, r), splat(0.4999999701976776));
  return add(r, mul(mul(r, r), p));
}

/** 2^n, infinite of n = 128. */
@inline
function scaleOf(whole: v128): v128 {
  return i32x4.shl(i32x4.add(whole, i32x4.splat(127)), 23);
}

/** e^x of −87 ≤ x ≤ 88.5; from 88.4 on it is infinite. */
@inline
function power(x: v128): v128 {
  const whole = wholeOf(x);
  const scale = scaleOf(whole);
  return mul(scale, add(splat(1), polynomial(rest(x, whole))));
}

/** e^x − 1 of −87 ≤ x ≤ 88, near 0 too. */
@inline
function powerLessOne(x: v128): v128 {
  const whole = wholeOf(x);
  const scale = scaleOf(whole);
  return add(mul(scale, polynomial(rest(x, whole))), sub(scale, splat(1)));
}

@inline
function sigmoid(x: v128): v128 {
  const e = power(clamp(f32x4.neg(x), -87, 88.5));
  return f32x4.div(splat(1), add(splat(1), e));
}

/** (e^2x − 1) / (e^2x + 1); beyond 10 it is 1. */
@inline
function tanh(x: v128): v128 {
  const bounded = f32x4.pmin(f32x4.abs(x), splat(10));
  const e = powerLessOne(add(bounded, bounded));
  const found = f32x4.div(e, add(e, splat(2)));
  return v128.or(found, v128.and(x, i32x4.splat(0x80000000)));
}

@inline
function relu(x: v128): v128 {
  return f32x4.pmax(x, splat(0));
}

@inline
function elu(x: v128): v128 {
  const below = powerLessOne(clamp(x, -87, 0));
  return v128.bitselect(below, x, f32x4.lt(x, splat(0)));
}

@inline
function selu(x: v128): v128 {
  const below = mul(splat(1.7580993175506592), powerLessOne(clamp(x, -87, 0)));
  return v128.bitselect(below, mul(splat(1.0507010221481323), x), f32x4.lt(x, splat(0)));
}

/** max(x, 0) + log(1 + e^−|x|), the logarithm by 2 · artanh(e / (2 + e)). */
@inline
function softplus(x: v128): v128 {
  const e = power(f32x4.pmax(f32x4.neg(f32x4.abs(x)), splat(-87)));
  const s = f32x4.div(e, add(splat(2), e));
  const square = mul(s, s);
  let p = splat(<f32>(2.0 / 15.0));
  p = add(mul(p, square), splat(<f32>(2.0 / 13.0)));
  p = add(mul(p, square), splat(<f32>(2.0 / 11.0)));
  p = add(mul(p, square), splat(<f32>(2.0 / 9.0)));
  p = add(mul(p, square), splat(<f32>(2.0 / 7.0)));
  p = add(mul(p, square), splat(<f32>(2.0 / 5.0)));
  p = add(mul(p, square), splat(<f32>(2.0 / 3.0)));
  return add(relu(x), add(add(s, s), mul(mul(s, square), p)));
}

/** By number, as CELL_ACTIVATIONS of recurrent/ lists them. */
function activated(which: u32, x: v128): v128 {
  if (which == 1) return relu(x);
  if (which == 2) return tanh(x);
  if (which == 3) return sigmoid(x);
  if (which == 4) return clamp(add(mul(x, splat(<f32>0.2)), splat(0.5)), 0, 1);
  if (which == 5) return clamp(x, 0, 6);
  if (which == 6) return elu(x);
  if (which == 7) return selu(x);
  if (which == 8) return softplus(x);
  if (which == 9) return f32x4.div(x, add(splat(1), f32x4.abs(x)));
  if (which == 10) return mul(x, sigmoid(x));
  return x;
}

/*
 * Loops of what cells are made of, each a function of its own, and with its condition behind it: V8 makes constants inside
 * of a loop each time anew, unless whoever enters it comes by them. They are exported so that they stay so.
 */

export function tanhVectors(at: usize, end: usize): void {
  do {
    v128.store(at, tanh(v128.load(at)));
    at += 16;
  } while (at < end);
}

export function sigmoidVectors(at: usize, end: usize): void {
  do {
    v128.store(at, sigmoid(v128.load(at)));
    at += 16;
  } while (at < end);
}

/** Whole vectors between two addresses, in place. */
export function activateVectors(which: u32, at: usize, end: usize): void {
  if (which == 0 || at == end) return;
  if (which == 2) tanhVectors(at, end);
  else if (which == 3) sigmoidVectors(at, end);
  else {
    for (; at < end; at += 16) v128.store(at, activated(which, v128.load(at)));
  }
}

/** So many numbers, in place. */
export function activate(which: u32, at: usize, length: u32): void {
  const end = at + ((<usize>(length & ~3)) << 2);
  activateVectors(which, at, end);
  for (let i: usize = 0; i < (length & 3); i++) {
    const to = end + (i << 2);
    v128.store32_lane(to, activated(which, v128.load32_splat(to)), 0);
  }
}
