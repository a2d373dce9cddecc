import { clamp } from '../clamp.js';

/** Activations of single numbers, by the names of TensorFlow.js and Keras. The loops know them by their place here. */
export const CELL_ACTIVATIONS = [
  'linear',
  'relu',
  'tanh',
  'sigmoid',
  'hardSigmoid',
  'relu6',
  'elu',
  'selu',
  'softplus',
  'softsign',
  'swish',
] as const;

export type CellActivation = (typeof CELL_ACTIVATIONS)[number];

const { fround } = Math;
/** Adding this rounds to a whole number, halves to even, where a float32 has no room for more digits. */
const ROUNDING = 12_582_912;
const LOG2_E = fround(Math.LOG2E);
/** ln 2 in two parts, the first with few digits, so that its multiples are exact. */
const LN2_HIGH = 0.693359375;
const LN2_LOW = fround(-0.00021219444170128554);
/** Terms of (e^r − 1 − r) / r², the last first: see assembly/activations.ts. */
const POWER_TERMS = [
  0.0013882516650483012, 0.008366547524929047, 0.04166720062494278, 0.1666654348373413, 0.4999999701976776,
];
/** Terms of 2 · (artanh(s) − s) / s³, the last first. */
const ARTANH_TERMS = [15, 13, 11, 9, 7, 5, 3].map((n) => fround(2 / n));
const FIFTH = fround(0.2);
const SELU = { above: fround(1.0507009873554805), below: fround(1.0507009873554805 * 1.6732632423543772) };

const words = new Int32Array(1);
const float = new Float32Array(words.buffer);

/** e^x as scale · (1 + p). */
let scale = 1;
let p = 0;

function split(x: number): void {
  const whole = fround(fround(x * LOG2_E) + ROUNDING);
  const n = fround(whole - ROUNDING);
  const r = fround(fround(x - fround(n * LN2_HIGH)) - fround(n * LN2_LOW));
  p = fround(r + fround(fround(r * r) * horner(POWER_TERMS, r)));
  float[0] = whole;
  words[0] = (words[0]! + 127) << 23;
  scale = float[0]!;
}

function horner(terms: readonly number[], x: number): number {
  let sum = terms[0]!;
  for (let i = 1; i < terms.length; i += 1) sum = fround(fround(sum * x) + terms[i]!);
  return sum;
}

function power(x: number): number {
  split(x);
  return fround(scale * fround(1 + p));
}

function powerLessOne(x: number): number {
  split(x);
  return fround(fround(scale * p) + fround(scale - 1));
}

function sigmoid(x: number): number {
  return fround(1 / fround(1 + power(clamp(-x, -87, 88.5))));
}

function tanh(x: number): number {
  const bounded = clamp(Math.abs(x), 0, 10);
  const e = powerLessOne(fround(bounded + bounded));
  const found = fround(e / fround(e + 2));
  return x < 0 || Object.is(x, -0) ? -found : found;
}

function softplus(x: number): number {
  const e = power(clamp(-Math.abs(x), -87, 0));
  const s = fround(e / fround(2 + e));
  const square = fround(s * s);
  const rest = fround(fround(s * square) * horner(ARTANH_TERMS, square));
  return fround(relu(x) + fround(fround(s + s) + rest));
}

function relu(x: number): number {
  return clamp(x, 0, Number.POSITIVE_INFINITY);
}

const below = (x: number): number => powerLessOne(clamp(x, -87, 0));

const FUNCTIONS: Readonly<Record<CellActivation, (x: number) => number>> = {
  linear: (x) => x,
  relu,
  tanh,
  sigmoid,
  hardSigmoid: (x) => clamp(fround(fround(x * FIFTH) + 0.5), 0, 1),
  relu6: (x) => clamp(x, 0, 6),
  elu: (x) => (x < 0 ? below(x) : x),
  selu: (x) => fround(x < 0 ? SELU.below * below(x) : SELU.above * x),
  softplus,
  softsign: (x) => fround(x / fround(1 + Math.abs(x))),
  swish: (x) => fround(x * sigmoid(x)),
};

/** An activation with the bits of the loops in WASM SIMD. */
export function activationOf(name: CellActivation): (x: number) => number {
  return FUNCTIONS[name];
}
