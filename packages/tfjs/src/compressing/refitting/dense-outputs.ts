import * as tf from '@tensorflow/tfjs-core';

/** Multiplications below which a loop is done before tfjs has begun. */
const SMALL = 1 << 16;

/**
 * What a layer gives for samples, before its bias and activation: `[samples, rows]`.
 *
 * @param columns `[samples, features]`
 * @param matrix `[rows, features]`
 */
export async function outputsOf(
  columns: Float32Array,
  matrix: Float32Array,
  rows: number,
): Promise<Float32Array> {
  const samples = (columns.length / matrix.length) * rows;
  return samples * matrix.length < SMALL
    ? multiplied(columns, matrix, samples, rows)
    : multipliedByTfjs(columns, matrix, samples, rows);
}

function multiplied(
  columns: Float32Array,
  matrix: Float32Array,
  samples: number,
  rows: number,
): Float32Array {
  const features = matrix.length / rows;
  const outputs = new Float32Array(samples * rows);
  for (let s = 0; s < samples; s += 1) {
    for (let row = 0; row < rows; row += 1) {
      let sum = 0;
      for (let j = 0; j < features; j += 1) sum += columns[s * features + j]! * matrix[row * features + j]!;
      outputs[s * rows + row] = sum;
    }
  }
  return outputs;
}

async function multipliedByTfjs(
  columns: Float32Array,
  matrix: Float32Array,
  samples: number,
  rows: number,
): Promise<Float32Array> {
  const features = matrix.length / rows;
  const product = tf.tidy(() =>
    tf.matMul(tf.tensor2d(columns, [samples, features]), tf.tensor2d(matrix, [rows, features]), false, true),
  );
  try {
    return Float32Array.from((await product.data()) as Float32Array);
  } finally {
    product.dispose();
  }
}
