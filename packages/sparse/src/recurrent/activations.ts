import { clamp } from '../clamp.js';

/** Activations of recurrent cells, by the names of TensorFlow.js and Keras. The loops know them by their place here. */
export const CELL_ACTIVATIONS = ['linear', 'relu', 'tanh', 'sigmoid', 'hardSigmoid'] as const;

export type CellActivation = (typeof CELL_ACTIVATIONS)[number];

const { fround } = Math;
/** Adding this rounds to a whole number, halves to even, where a float32 has no room for more digits. */
const ROUNDING = 12_582_912;
const LOG2_E = fround(Math.LOG2E);
/** ln 2 in two parts, the first with few digits, so that its multiples are exact. */
const LN2_HIGH = 0.693359375;
const LN2_LOW = fround(-0.00021219444170128554);
/** Taylor's terms of e^r and of tanh, the last first. */
const POWER_TERMS = [1 / 120, 1 / 24, 1 / 6, 0.5, 1, 1].map(fround);
const FIRST_POWER = fround(1 / 720);
const TANH_TERMS = [62 / 2835, -17 / 315, 2 / 15, -1 / 3].map(fround);
const FIRST_TANH = fround(-1382 / 155_925);
const NEAR = fround(0.35);
const FIFTH = fround(0.2);

const words = new Int32Array(1);
const float = new Float32Array(words.buffer);

/** e^x of |x| ≤ 87, in float32. */
function power(x: number): number {
  const n = fround(fround(fround(x * LOG2_E) + ROUNDING) - ROUNDING);
  const r = fround(fround(x - fround(n * LN2_HIGH)) - fround(n * LN2_LOW));
  let p = FIRST_POWER;
  for (const term of POWER_TERMS) p = fround(fround(p * r) + term);
  words[0] = (Number.isNaN(n) ? 127 : n + 127) << 23;
  return fround(p * float[0]!);
}

function sigmoid(x: number): number {
  return fround(1 / fround(1 + power(-clamp(x, -87, 87))));
}

function tanh(x: number): number {
  const size = Math.abs(x);
  let found: number;
  if (size < NEAR) {
    const square = fround(size * size);
    let p = FIRST_TANH;
    for (const term of TANH_TERMS) p = fround(fround(p * square) + term);
    found = fround(size + fround(fround(p * square) * size));
  } else {
    const bounded = clamp(size, 0, 10);
    found = fround(1 - fround(2 / fround(power(fround(bounded + bounded)) + 1)));
  }
  return x < 0 || Object.is(x, -0) ? -found : found;
}

function hardSigmoid(x: number): number {
  return clamp(fround(fround(x * FIFTH) + 0.5), 0, 1);
}

/** By place in {@link CELL_ACTIVATIONS}: the bits of the loops in WASM SIMD. */
export function activate(which: number, x: number): number {
  if (which === 0) return x;
  if (which === 1) return clamp(x, 0, Number.POSITIVE_INFINITY);
  if (which === 2) return tanh(x);
  if (which === 3) return sigmoid(x);
  return hardSigmoid(x);
}
