import { shrinkModel } from '@synaprune/tfjs';
import * as tf from '@tensorflow/tfjs';
import type { Context } from '../context.js';
import { measure, type Timing } from '../measure.js';
import { useTensorflow } from '../peers/tensorflow.js';
import { type Row, rowOf } from '../row.js';

const EDGE = 64;
const WIDTHS = [16, 24, 40, 80] as const;

/** A small network of inverted residuals, as classifiers for phones are made, on TensorFlow.js's wasm backend. */
export async function measureLayersModel({ rounds, say }: Context): Promise<Row> {
  say('shrink, a layers model on tfjs-wasm');
  await useTensorflow('wasm');
  const dense = createNetwork();
  const { model: small, report } = await shrinkModel(dense, { keep: 0.5 });
  const x = tf.randomUniform([1, EDGE, EDGE, 3], -1, 1, 'float32', 1);
  const { before, after } = report.multiplyAdds;
  const { samples, warmups } = rounds(1e6);
  const [half, whole] = await measure(
    [small, dense].map((model, i) => ({
      name: `inverted residuals, ${i === 0 ? 'half the channels' : 'dense'}, tfjs-wasm`,
      run: async () => {
        const y = model.predict(x) as tf.Tensor;
        await y.data();
        y.dispose();
      },
    })),
    { samples, warmups },
  );
  x.dispose();
  small.dispose();
  dense.dispose();
  const [parameters, fewer] = [report.parameters.before, report.parameters.after];
  return rowOf(half!, whole!, {
    group: 'shrink',
    elements: parameters,
    cheaper: true,
    note:
      `${milliseconds(half!)} against ${milliseconds(whole!)} ms; ${(after / before).toFixed(2)} of the multiply-adds, ` +
      `${(fewer / parameters).toFixed(2)} of the parameters`,
  });
}

function createNetwork(): tf.LayersModel {
  const input = tf.input({ shape: [EDGE, EDGE, 3] });
  let x = convolve(input, WIDTHS[0], 3, 2);
  for (const width of WIDTHS) {
    x = invertedResidual(x, width, 2);
    x = tf.layers.add().apply([x, invertedResidual(x, width, 1)]) as tf.SymbolicTensor;
  }
  const pooled = tf.layers.globalAveragePooling2d({}).apply(x) as tf.SymbolicTensor;
  return tf.model({
    inputs: input,
    outputs: tf.layers.dense({ units: 10 }).apply(pooled) as tf.SymbolicTensor,
  });
}

function invertedResidual(x: tf.SymbolicTensor, width: number, strides: number): tf.SymbolicTensor {
  const wide = convolve(x, 4 * (x.shape.at(-1) as number), 1, 1);
  const depthwise = tf.layers
    .depthwiseConv2d({ kernelSize: 3, strides, padding: 'same', useBias: false })
    .apply(wide) as tf.SymbolicTensor;
  const active = tf.layers.reLU({ maxValue: 6 }).apply(normalise(depthwise)) as tf.SymbolicTensor;
  const narrow = tf.layers.conv2d({ filters: width, kernelSize: 1, useBias: false }).apply(active);
  return normalise(narrow as tf.SymbolicTensor);
}

function convolve(
  x: tf.SymbolicTensor,
  filters: number,
  kernelSize: number,
  strides: number,
): tf.SymbolicTensor {
  const y = tf.layers.conv2d({ filters, kernelSize, strides, padding: 'same', useBias: false }).apply(x);
  return tf.layers.reLU({ maxValue: 6 }).apply(normalise(y as tf.SymbolicTensor)) as tf.SymbolicTensor;
}

function normalise(x: tf.SymbolicTensor): tf.SymbolicTensor {
  return tf.layers.batchNormalization({}).apply(x) as tf.SymbolicTensor;
}

function milliseconds({ median, min }: Timing): string {
  return `${(median / 1e6).toFixed(2)} (${(min / 1e6).toFixed(2)})`;
}
