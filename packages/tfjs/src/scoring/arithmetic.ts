import type { Arithmetic } from '@synaprune/core';
import * as tf from '@tensorflow/tfjs-core';

/** The arithmetic of scores in tfjs's own operations, which round each result to float32 once. */
export const tensorArithmetic: Arithmetic<tf.Tensor> = {
  scalar: (number) => tf.scalar(number, 'float32'),
  add: (a, b) => tf.add(a, b),
  subtract: (a, b) => tf.sub(a, b),
  multiply: (a, b) => tf.mul(a, b),
  abs: (value) => tf.abs(value),
  whereAtLeast: (value, bound, then, otherwise) => tf.where(tf.greaterEqual(value, bound), then, otherwise),
};
