import * as tf from '@tensorflow/tfjs';

type Layers = Readonly<Record<string, () => tf.LayersModel>>;

const image = (height: number, width: number, channels = 3) => tf.input({ shape: [height, width, channels] });

const through = (x: tf.SymbolicTensor, ...layers: readonly tf.layers.Layer[]) =>
  layers.reduce((value, layer) => layer.apply(value) as tf.SymbolicTensor, x);

/** Layers models of every kind that can be written, with numbers that none of their weights begins with. */
export const layerNets: Layers = {
  mobile: () => {
    const x = image(32, 32);
    const block = (filters: number, strides: number): tf.layers.Layer[] => [
      tf.layers.depthwiseConv2d({ kernelSize: 3, strides, padding: 'same', useBias: false }),
      tf.layers.batchNormalization(),
      tf.layers.reLU({ maxValue: 6 }),
      tf.layers.conv2d({ filters, kernelSize: 1, useBias: false }),
      tf.layers.batchNormalization(),
      tf.layers.reLU({ maxValue: 6 }),
    ];
    const first = tf.layers.conv2d({
      filters: 8,
      kernelSize: 3,
      strides: 2,
      padding: 'same',
      useBias: false,
    });
    const y = through(
      x,
      first,
      tf.layers.batchNormalization(),
      tf.layers.activation({ activation: 'relu6' }),
      ...block(16, 1),
      ...block(32, 2),
      ...block(32, 1),
      tf.layers.globalAveragePooling2d({}),
      tf.layers.dropout({ rate: 0.5 }),
      tf.layers.dense({ units: 5, activation: 'softmax' }),
    );
    return tf.model({ inputs: x, outputs: y });
  },
  residual: () => {
    const x = image(17, 20);
    const a = through(
      x,
      tf.layers.conv2d({ filters: 8, kernelSize: 5, strides: 2, padding: 'same', activation: 'relu' }),
    );
    const b = through(
      a,
      tf.layers.separableConv2d({ filters: 8, kernelSize: 3, padding: 'same', depthMultiplier: 2 }),
    );
    const c = through(a, tf.layers.conv2d({ filters: 8, kernelSize: 1 }));
    const sum = tf.layers.add().apply([a, b, c]) as tf.SymbolicTensor;
    const gate = through(
      sum,
      tf.layers.globalAveragePooling2d({}),
      tf.layers.reshape({ targetShape: [1, 1, 8] }),
      tf.layers.dense({ units: 8, activation: 'sigmoid' }),
    );
    const gated = tf.layers.multiply().apply([sum, gate]) as tf.SymbolicTensor;
    const joined = tf.layers.concatenate().apply([gated, a]) as tf.SymbolicTensor;
    const y = through(
      joined,
      tf.layers.batchNormalization(),
      tf.layers.flatten(),
      tf.layers.dense({ units: 3 }),
    );
    return tf.model({ inputs: x, outputs: [y, gate] });
  },
  pools: () => {
    const x = image(15, 18, 4);
    const y = through(
      x,
      tf.layers.zeroPadding2d({
        padding: [
          [1, 2],
          [0, 3],
        ],
      }),
      tf.layers.maxPooling2d({ poolSize: 3, strides: 2, padding: 'same' }),
      tf.layers.conv2d({ filters: 6, kernelSize: [2, 3], dilationRate: 2, activation: 'tanh' }),
      tf.layers.averagePooling2d({ poolSize: [2, 2], padding: 'same' }),
      tf.layers.leakyReLU({ alpha: 0.1 }),
      tf.layers.depthwiseConv2d({ kernelSize: 2, depthMultiplier: 3, padding: 'valid', activation: 'relu' }),
      tf.layers.flatten(),
      tf.layers.dense({ units: 4 }),
      tf.layers.softmax(),
    );
    return tf.model({ inputs: x, outputs: y });
  },
  nested: () => {
    const inner = tf.sequential({
      layers: [
        tf.layers.conv2d({ inputShape: [9, 9, 3], filters: 4, kernelSize: 3, activation: 'relu' }),
        tf.layers.batchNormalization(),
      ],
    });
    const [x, other] = [image(9, 9), image(9, 9)];
    const both = tf.layers.add().apply([inner.apply(x), inner.apply(other)] as tf.SymbolicTensor[]);
    const y = through(both as tf.SymbolicTensor, tf.layers.flatten(), tf.layers.dense({ units: 2 }));
    return tf.model({ inputs: [other, x], outputs: y });
  },
};

/** Fills all weights with numbers of their own, variances with positive ones. */
export function scramble(model: tf.LayersModel, seed: number): void {
  for (const [i, weight] of model.weights.entries()) {
    const { shape, originalName } = weight;
    const normal = tf.randomNormal(shape as number[], 0, 1, 'float32', seed + i);
    const fan = (shape as number[]).slice(0, -1).reduce((all, edge) => all * edge, 1);
    const scaled = /variance/.test(originalName)
      ? normal.abs().add(0.3)
      : normal.div(Math.sqrt(Math.max(1, fan)));
    weight.write(/gamma/.test(originalName) ? scaled.add(1) : scaled);
  }
}
