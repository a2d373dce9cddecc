import * as tf from '@tensorflow/tfjs';

type Value = tf.SymbolicTensor;

/** A stream of whole numbers below a bound that is the same for the same seed. */
export function createDice(seed: number): (below: number) => number {
  let state = (seed + 1) * 0x9e3779b1;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let x = Math.imul(state ^ (state >>> 15), state | 1);
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61);
    return ((x ^ (x >>> 14)) >>> 0) % below;
  };
}

/** What kind of value a layer takes, by its rank with the examples'. */
const PICTURE = 4;
const SEQUENCE = 3;
const VECTOR = 2;

const ACTIVATIONS = ['relu', 'tanh', 'sigmoid', 'elu', 'linear', 'softplus', 'swish'] as const;

/** A layers model of random layers, the same for the same seed, with weights that are no zeros. */
export function randomLayersModel(seed: number): tf.LayersModel {
  const dice = createDice(seed);
  const one = <Item>(list: readonly Item[]): Item => list[dice(list.length)]!;
  const activation = () => one(ACTIVATIONS);
  const units = () => 2 + dice(9);
  const starts = [[8, 8, 1 + dice(3)], [5, 2 + dice(4)], [3 + dice(5)]] as const;
  const input = tf.input({ shape: [...one(starts)] });
  const values: Value[] = [input];

  const apply = (layer: tf.layers.Layer, x: Value | Value[]): void => {
    values.push(layer.apply(x) as Value);
  };
  const picture: readonly ((x: Value) => void)[] = [
    (x) =>
      apply(
        tf.layers.conv2d({
          filters: units(),
          kernelSize: 1 + dice(3),
          padding: 'same',
          strides: 1 + dice(2),
          activation: activation(),
        }),
        x,
      ),
    (x) => apply(tf.layers.conv2d({ filters: units(), kernelSize: 3, padding: 'same', useBias: false }), x),
    (x) =>
      apply(
        tf.layers.depthwiseConv2d({
          kernelSize: 2,
          padding: 'same',
          depthMultiplier: 1 + dice(2),
          activation: activation(),
        }),
        x,
      ),
    (x) => apply(tf.layers.separableConv2d({ filters: units(), kernelSize: 2, padding: 'same' }), x),
    (x) =>
      apply(
        tf.layers.conv2dTranspose({ filters: units(), kernelSize: 3, strides: 1 + dice(2), padding: 'same' }),
        x,
      ),
    (x) => apply(tf.layers.maxPooling2d({ poolSize: 2, padding: 'same' }), x),
    (x) => apply(tf.layers.averagePooling2d({ poolSize: 2, strides: 1, padding: 'same' }), x),
    (x) => apply(tf.layers.upSampling2d({ size: [2, 1] }), x),
    (x) =>
      apply(
        tf.layers.zeroPadding2d({
          padding: [
            [1, 0],
            [0, 2],
          ],
        }),
        x,
      ),
    (x) => apply(tf.layers.prelu({ sharedAxes: [1, 2], alphaInitializer: 'ones' }), x),
    (x) => apply(tf.layers.globalAveragePooling2d({ dataFormat: 'channelsLast' }), x),
    (x) => apply(tf.layers.globalMaxPooling2d({ dataFormat: 'channelsLast' }), x),
    (x) => apply(tf.layers.flatten(), x),
    (x) => apply(tf.layers.reshape({ targetShape: [x.shape[1]! * x.shape[2]!, x.shape[3]!] }), x),
    (x) => apply(tf.layers.permute({ dims: [1, 3, 2] }), x),
  ];
  const sequence: readonly ((x: Value) => void)[] = [
    (x) =>
      apply(
        tf.layers.conv1d({ filters: units(), kernelSize: 2, padding: 'same', activation: activation() }),
        x,
      ),
    (x) => apply(tf.layers.maxPooling1d({ poolSize: 2, padding: 'same' }), x),
    (x) => apply(tf.layers.lstm({ units: units(), returnSequences: dice(2) === 0 }), x),
    (x) =>
      apply(tf.layers.gru({ units: units(), returnSequences: dice(2) === 0, activation: activation() }), x),
    (x) => apply(tf.layers.simpleRNN({ units: units(), returnSequences: dice(2) === 0 }), x),
    (x) =>
      apply(
        tf.layers.bidirectional({
          layer: tf.layers.gru({ units: units(), returnSequences: dice(2) === 0 }) as tf.RNN,
          mergeMode: one(['concat', 'sum', 'mul', 'ave'] as const),
        }),
        x,
      ),
    (x) =>
      apply(
        tf.layers.timeDistributed({ layer: tf.layers.dense({ units: units(), activation: activation() }) }),
        x,
      ),
    (x) =>
      apply(
        tf.layers.rnn({
          cell: [tf.layers.lstmCell({ units: units() }), tf.layers.gruCell({ units: units() })],
        }),
        x,
      ),
    (x) => apply(tf.layers.globalAveragePooling1d({}), x),
    (x) => apply(tf.layers.flatten(), x),
    (x) => apply(tf.layers.permute({ dims: [2, 1] }), x),
    (x) => apply(tf.layers.dot({ axes: 2 }), [x, x]),
  ];
  const vector: readonly ((x: Value) => void)[] = [
    (x) => apply(tf.layers.dense({ units: units(), activation: activation() }), x),
    (x) => apply(tf.layers.repeatVector({ n: 3 }), x),
    (x) => {
      const width = x.shape[1]!;
      if (width % 2 === 0) apply(tf.layers.reshape({ targetShape: [width / 2, 2] }), x);
    },
    (x) => {
      const inside = tf.sequential({
        layers: [
          tf.layers.dense({ units: units(), activation: activation(), inputShape: [x.shape[1]!] }),
          tf.layers.dense({ units: x.shape[1]! }),
        ],
      });
      apply(inside, x);
      if (dice(2) === 0) apply(inside, values.at(-1)!);
    },
  ];
  const any: readonly ((x: Value) => void)[] = [
    (x) => apply(tf.layers.batchNormalization({ scale: dice(3) > 0, center: dice(3) > 0 }), x),
    (x) => apply(tf.layers.layerNormalization(), x),
    (x) => apply(tf.layers.activation({ activation: activation() }), x),
    (x) => apply(tf.layers.leakyReLU(), x),
    (x) => apply(tf.layers.dropout({ rate: 0.5 }), x),
    (x) => apply(tf.layers.dense({ units: units(), activation: activation() }), x),
    (x) => apply(tf.layers.softmax({ axis: -1 }), x),
    (x) => {
      const alike = values.filter(({ shape }) => String(shape) === String(x.shape));
      const other = one(alike);
      // tfjs disposes of a value that is averaged or compared with itself.
      const merges = [tf.layers.add, tf.layers.multiply, tf.layers.concatenate];
      const merge = one(other === x ? merges : [...merges, tf.layers.average, tf.layers.maximum]);
      apply((merge as () => tf.layers.Layer)(), [x, other]);
    },
    (x) => {
      const beside = values.filter(
        ({ shape }) => String(shape.slice(0, -1)) === String(x.shape.slice(0, -1)),
      );
      apply(tf.layers.concatenate(), [x, one(beside), x]);
    },
  ];

  for (let step = 0; step < 5 + dice(8); step += 1) {
    // Mostly onwards, at times from further back.
    const x = dice(4) === 0 ? one(values) : values.at(-1)!;
    const own = { [PICTURE]: picture, [SEQUENCE]: sequence, [VECTOR]: vector }[x.rank] ?? [];
    one(dice(3) === 0 || own.length === 0 ? any : own)(x);
  }
  let last = values.at(-1)!;
  if (last.rank > VECTOR) last = tf.layers.flatten().apply(last) as Value;
  const output = tf.layers.dense({ units: 2 }).apply(last) as Value;
  const model = tf.model({ inputs: input, outputs: output });
  tf.tidy(() => {
    const fresh = model.getWeights().map((weight, i) => {
      const values_ = tf.randomUniform(weight.shape, -0.6, 0.6, 'float32', seed * 100 + i);
      // Variances are no negative numbers.
      return weight.rank === 1 ? tf.add(tf.abs(values_), 0.1) : values_;
    });
    model.setWeights(fresh as tf.Tensor[]);
  });
  return model;
}

/** Something to feed a model with. */
export function someInput(model: tf.LayersModel, seed: number): tf.Tensor[] {
  return model.inputs.map(({ shape }) => {
    const sizes = shape.map((edge) => edge ?? 2);
    return tf.randomUniform(sizes, -1, 1, 'float32', seed);
  });
}
