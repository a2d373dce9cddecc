import { type Arithmetic, rankSigned } from '@synaprune/core';
import { type HostValue, hostArithmetic } from '@synaprune/host';
import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { randoms } from '../testing/randoms.js';
import { useBackend } from '../testing/use-backend.js';
import { tensorArithmetic } from './arithmetic.js';

/** Numbers at which devices differ, and some that are like any other. */
const ODD = [
  ...[
    0,
    -0,
    1,
    -1,
    0.1,
    -0.3,
    2 ** -149,
    -(2 ** -149),
    2 ** -126,
    1e-40,
    -1e-40,
    2 ** -63,
    -(2 ** -63),
    2 ** 62,
  ],
  ...[
    -(2 ** 62),
    3.4e38,
    -3.4e38,
    1 + 2 ** -23,
    1 - 2 ** -24,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
  ],
  ...[Number.NaN, 16777217, 1e20, -1e-20],
];

/** Formulas over two values that do not have the same shape. */
const FORMULAS: Readonly<Record<string, <V>(m: Arithmetic<V>, a: V, b: V) => V>> = {
  add: (m, a, b) => m.add(a, b),
  subtract: (m, a, b) => m.subtract(a, b),
  multiply: (m, a, b) => m.multiply(a, b),
  abs: (m, a) => m.abs(a),
  whereAtLeast: (m, a, b) => m.whereAtLeast(a, b, m.scalar(0.1), a),
  'a row chosen by a matrix': (m, a, b) => m.whereAtLeast(a, m.scalar(0), b, a),
  'a moving average': (m, a, b) => m.add(m.multiply(a, m.scalar(0.99)), m.multiply(b, m.scalar(1 - 0.99))),
  rankSigned: (m, a) => rankSigned(m, a),
};

const bits = (values: ArrayLike<number>) =>
  // Which NaN it is, nobody ranks by.
  [...new Uint32Array(Float32Array.from(values).buffer)].map((word) =>
    (word & 0x7fffffff) > 0x7f800000 ? 'NaN' : word,
  );

describe.each(['cpu', 'wasm'] as const)('scores in tensors on %s', (backend) => {
  it.each(Object.keys(FORMULAS))('reckon to the bit what the host does: %s', async (name) => {
    await useBackend(backend);
    const formula = FORMULAS[name]!;
    const columns = Float32Array.from([...ODD, ...randoms(5, 39)]);
    const rows = Float32Array.from([...columns].reverse());
    const [a, b]: readonly HostValue[] = [
      { shape: [columns.length, 1], values: columns },
      { shape: [1, rows.length], values: rows },
    ];
    const host = formula(hostArithmetic, a!, b!);
    const tensor = tf.tidy(() =>
      tf.keep(
        formula(tensorArithmetic, tf.tensor(columns, [columns.length, 1]), tf.tensor(rows, [1, rows.length])),
      ),
    );
    expect(tensor.shape).toEqual(host.shape);
    expect(bits(await tensor.data<'float32'>())).toEqual(bits(host.values));
    tensor.dispose();
  });
});
