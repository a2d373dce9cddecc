/*
 * What a recurrent cell makes of its products, of `count` samples. Input parts are `[count, gates · units]`, a row every
 * `stride` bytes; recurrent parts and states have no gaps. The new state also goes to `out`, a row every `outStride`
 * bytes.
 */
import { activate } from './activations';

/** Four numbers, of which some may not be there. */
@inline
function load4(from: usize, there: u32): v128 {
  if (there > 3) return v128.load(from);
  let four = v128.load32_zero(from);
  if (there > 1) four = v128.load32_lane(from + 4, four, 1);
  if (there > 2) four = v128.load32_lane(from + 8, four, 2);
  return four;
}

@inline
function store4(to: usize, four: v128, there: u32): void {
  if (there > 3) {
    v128.store(to, four);
    return;
  }
  v128.store32_lane(to, four, 0);
  if (there > 1) v128.store32_lane(to + 4, four, 1);
  if (there > 2) v128.store32_lane(to + 8, four, 2);
}

/** Gates in the order input, forget, cell, output. */
export function lstmGates(
  units: u32,
  count: u32,
  x: usize,
  stride: usize,
  r: usize,
  cell: usize,
  state: usize,
  out: usize,
  outStride: usize,
  activation: u32,
  recurrentActivation: u32,
): void {
  const gate: usize = (<usize>units) << 2;
  for (let s: u32 = 0; s < count; s++) {
    for (let u: u32 = 0; u < units; u += 4) {
      const at: usize = (<usize>u) << 2;
      const there = min(units - u, 4);
      const a = x + at,
        b = r + at;
      const i = activate(recurrentActivation, f32x4.add(load4(a, there), load4(b, there)));
      const f = activate(
        recurrentActivation,
        f32x4.add(load4(a + gate, there), load4(b + gate, there)),
      );
      const g = activate(activation, f32x4.add(load4(a + 2 * gate, there), load4(b + 2 * gate, there)));
      const o = activate(
        recurrentActivation,
        f32x4.add(load4(a + 3 * gate, there), load4(b + 3 * gate, there)),
      );
      const c = f32x4.add(f32x4.mul(f, load4(cell + at, there)), f32x4.mul(i, g));
      const h = f32x4.mul(o, activate(activation, c));
      store4(cell + at, c, there);
      store4(state + at, h, there);
      store4(out + at, h, there);
    }
    x += stride;
    r += gate << 2;
    cell += gate;
    state += gate;
    out += outStride;
  }
}

/** Update and reset gate, and the reset state: `update` and `reset` become z and r · h. */
export function gruGates(
  units: u32,
  count: u32,
  x: usize,
  stride: usize,
  r: usize,
  state: usize,
  update: usize,
  reset: usize,
  recurrentActivation: u32,
): void {
  const gate: usize = (<usize>units) << 2;
  for (let s: u32 = 0; s < count; s++) {
    for (let u: u32 = 0; u < units; u += 4) {
      const at: usize = (<usize>u) << 2;
      const there = min(units - u, 4);
      const z = activate(recurrentActivation, f32x4.add(load4(x + at, there), load4(r + at, there)));
      const q = activate(
        recurrentActivation,
        f32x4.add(load4(x + gate + at, there), load4(r + gate + at, there)),
      );
      store4(update + at, z, there);
      store4(reset + at, f32x4.mul(q, load4(state + at, there)), there);
    }
    x += stride;
    r += gate << 1;
    state += gate;
    update += gate;
    reset += gate;
  }
}

/** The new state from z, the third input part and the product of the reset state. */
export function gruState(
  units: u32,
  count: u32,
  x: usize,
  stride: usize,
  r: usize,
  update: usize,
  state: usize,
  out: usize,
  outStride: usize,
  activation: u32,
): void {
  const gate: usize = (<usize>units) << 2;
  const one = f32x4.splat(1);
  for (let s: u32 = 0; s < count; s++) {
    for (let u: u32 = 0; u < units; u += 4) {
      const at: usize = (<usize>u) << 2;
      const there = min(units - u, 4);
      const hh = activate(activation, f32x4.add(load4(x + 2 * gate + at, there), load4(r + at, there)));
      const z = load4(update + at, there);
      const h = f32x4.add(
        f32x4.mul(z, load4(state + at, there)),
        f32x4.mul(f32x4.sub(one, z), hh),
      );
      store4(state + at, h, there);
      store4(out + at, h, there);
    }
    x += stride;
    r += gate;
    update += gate;
    state += gate;
    out += outStride;
  }
}

/** A GRU that resets after the product, whole: `r` has all three recurrent parts. */
export function gruAfterGates(
  units: u32,
  count: u32,
  x: usize,
  stride: usize,
  r: usize,
  state: usize,
  out: usize,
  outStride: usize,
  activation: u32,
  recurrentActivation: u32,
): void {
  const gate: usize = (<usize>units) << 2;
  const one = f32x4.splat(1);
  for (let s: u32 = 0; s < count; s++) {
    for (let u: u32 = 0; u < units; u += 4) {
      const at: usize = (<usize>u) << 2;
      const there = min(units - u, 4);
      const a = x + at,
        b = r + at;
      const z = activate(recurrentActivation, f32x4.add(load4(a, there), load4(b, there)));
      const q = activate(
        recurrentActivation,
        f32x4.add(load4(a + gate, there), load4(b + gate, there)),
      );
      const hh = activate(
        activation,
        f32x4.add(load4(a + 2 * gate, there), f32x4.mul(q, load4(b + 2 * gate, there))),
      );
      const h = f32x4.add(
        f32x4.mul(z, load4(state + at, there)),
        f32x4.mul(f32x4.sub(one, z), hh),
      );
      store4(state + at, h, there);
      store4(out + at, h, there);
    }
    x += stride;
    r += 3 * gate;
    state += gate;
    out += outStride;
  }
}

/** A simple cell. */
export function rnnState(
  units: u32,
  count: u32,
  x: usize,
  stride: usize,
  r: usize,
  state: usize,
  out: usize,
  outStride: usize,
  activation: u32,
): void {
  const gate: usize = (<usize>units) << 2;
  for (let s: u32 = 0; s < count; s++) {
    for (let u: u32 = 0; u < units; u += 4) {
      const at: usize = (<usize>u) << 2;
      const there = min(units - u, 4);
      const h = activate(activation, f32x4.add(load4(x + at, there), load4(r + at, there)));
      store4(state + at, h, there);
      store4(out + at, h, there);
    }
    x += stride;
    r += gate;
    state += gate;
    out += outStride;
  }
}
