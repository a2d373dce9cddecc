/*
 * Activations on four numbers: sums, products and quotients of float32 in one order, so that a plain loop gives the same
 * bits. Within two units in the last place of the functions they stand for, near 0 too.
 */

/** Adding this rounds to a whole number, halves to even, where a float32 has no room for more digits. */
const ROUNDING: f32 = 12582912;
const LOG2_E: f32 = 1.44269502162933349609375;
/** ln 2 in two parts, the first with few digits, so that its multiples are exact. */
const LN2_HIGH: f32 = 0.693359375;
const LN2_LOW: f32 = -0.00021219444170128554105758666992188;

/** e^x of |x| ≤ 87. */
@inline
function power(x: v128): v128 {
  const rounding = f32x4.splat(ROUNDING);
  const n = f32x4.sub(f32x4.add(f32x4.mul(x, f32x4.splat(LOG2_E)), rounding), rounding);
  let r = f32x4.sub(x, f32x4.mul(n, f32x4.splat(LN2_HIGH)));
  r = f32x4.sub(r, f32x4.mul(n, f32x4.splat(LN2_LOW)));
  // Taylor's terms: r is at most ln 2 / 2.
  let p = f32x4.splat(<f32>(1.0 / 720.0));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(<f32>(1.0 / 120.0)));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(<f32>(1.0 / 24.0)));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(<f32>(1.0 / 6.0)));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(0.5));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1));
  const scale = i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(n), i32x4.splat(127)), 23);
  return f32x4.mul(p, scale);
}

@inline
function sigmoid(x: v128): v128 {
  const one = f32x4.splat(1);
  const bounded = f32x4.pmin(f32x4.pmax(x, f32x4.splat(-87)), f32x4.splat(87));
  return f32x4.div(one, f32x4.add(one, power(f32x4.neg(bounded))));
}

@inline
function tanh(x: v128): v128 {
  const one = f32x4.splat(1),
    two = f32x4.splat(2);
  const size = f32x4.abs(x);
  // Beyond 10 it is 1.
  const bounded = f32x4.pmin(size, f32x4.splat(10));
  const far = f32x4.sub(one, f32x4.div(two, f32x4.add(power(f32x4.add(bounded, bounded)), one)));
  const square = f32x4.mul(size, size);
  let p = f32x4.splat(<f32>(-1382.0 / 155925.0));
  p = f32x4.add(f32x4.mul(p, square), f32x4.splat(<f32>(62.0 / 2835.0)));
  p = f32x4.add(f32x4.mul(p, square), f32x4.splat(<f32>(-17.0 / 315.0)));
  p = f32x4.add(f32x4.mul(p, square), f32x4.splat(<f32>(2.0 / 15.0)));
  p = f32x4.add(f32x4.mul(p, square), f32x4.splat(<f32>(-1.0 / 3.0)));
  const near = f32x4.add(size, f32x4.mul(f32x4.mul(p, square), size));
  const found = v128.bitselect(near, far, f32x4.lt(size, f32x4.splat(<f32>0.35)));
  return v128.or(found, v128.and(x, i32x4.splat(0x80000000)));
}

@inline
function hardSigmoid(x: v128): v128 {
  const y = f32x4.add(f32x4.mul(x, f32x4.splat(<f32>0.2)), f32x4.splat(0.5));
  return f32x4.pmin(f32x4.pmax(y, f32x4.splat(0)), f32x4.splat(1));
}

/** By number, as CELL_ACTIVATIONS of recurrent/ lists them. */
export function activate(which: u32, x: v128): v128 {
  if (which == 0) return x;
  if (which == 1) return f32x4.pmax(x, f32x4.splat(0));
  if (which == 2) return tanh(x);
  if (which == 3) return sigmoid(x);
  return hardSigmoid(x);
}
