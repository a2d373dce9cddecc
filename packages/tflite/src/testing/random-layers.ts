import * as tf from '@tensorflow/tfjs';
import { createRandom } from './random.js';

type Value = tf.SymbolicTensor;

/** Draws of one seed. */
interface Dice {
  below(limit: number): number;
  of<T>(...choices: readonly T[]): T;
}

/**
 * A layers model of the convolutional kind, by chance: windows of all paddings, strides and dilations, normalisations,
 * functions, pools, branches that are added, multiplied or joined, nested and repeated layers, and a head or none.
 */
export function randomLayers(seed: number): tf.LayersModel {
  const next = createRandom(seed * 7919);
  const below = (limit: number) => Math.floor(next() * limit);
  const dice: Dice = { below, of: (...choices) => choices[below(choices.length)]! };
  const input = tf.input({ shape: [5 + below(9), 5 + below(9), 1 + below(4)] });
  const outputs: Value[] = [];
  let value = input;
  const layers = 2 + below(6);
  for (let i = 0; i < layers; i += 1) {
    value = grown(dice, value);
    if (i < layers - 1 && below(12) === 0) outputs.push(value);
  }
  outputs.push(headed(dice, value));
  return tf.model({ inputs: input, outputs: [...new Set(outputs)] });
}

const through = (value: Value, ...layers: readonly tf.layers.Layer[]): Value =>
  layers.reduce((given, layer) => layer.apply(given) as Value, value);

const activationOf = ({ of }: Dice) =>
  of('linear', 'relu', 'relu6', 'sigmoid', 'tanh', 'softmax', undefined) as 'relu' | undefined;

/** One layer more, or a few that belong together. */
function grown(dice: Dice, value: Value): Value {
  const { below, of } = dice;
  const channels = value.shape[3]!;
  switch (below(14)) {
    case 0:
    case 1:
    case 2:
      return through(value, windowed(dice, value));
    case 3:
      return through(
        value,
        tf.layers.conv2d({ filters: 1 + below(8), kernelSize: 1, activation: activationOf(dice) as 'relu' }),
      );
    case 4:
      return through(
        value,
        tf.layers.conv2d({ filters: 1 + below(5), kernelSize: 3, padding: 'same', useBias: below(2) === 0 }),
        normalisation(dice),
        functionOf(dice),
      );
    case 5:
      return through(value, normalisation(dice));
    case 6:
      return through(value, functionOf(dice));
    case 7:
      return through(value, pool(dice, value));
    case 8: {
      const [a, b, c, d] = [below(3), below(3), below(3), below(3)];
      return through(
        value,
        tf.layers.zeroPadding2d({
          padding: of<unknown>(
            1,
            [a, b],
            [
              [a, b],
              [c, d],
            ],
          ) as number,
        }),
      );
    }
    case 9: {
      const branches = Array.from({ length: 1 + below(2) }, () =>
        through(
          value,
          tf.layers.conv2d({
            filters: channels,
            kernelSize: of(1, 3),
            padding: 'same',
            activation: activationOf(dice) as 'relu',
          }),
        ),
      );
      const merge: tf.layers.Layer = below(2) === 0 ? tf.layers.add() : tf.layers.multiply();
      return merge.apply(below(2) === 0 ? [value, ...branches] : [...branches, value]) as Value;
    }
    case 10: {
      const axis = of(1, 2, 3, -1);
      if (axis === 1 || axis === 2)
        return tf.layers.concatenate({ axis }).apply([value, through(value, functionOf(dice))]) as Value;
      const branch = through(
        value,
        tf.layers.conv2d({ filters: 1 + below(4), kernelSize: 3, padding: 'same' }),
      );
      return tf.layers
        .concatenate({ axis: of(-1, 3) })
        .apply([value, branch, ...of<Value[]>([], [value])]) as Value;
    }
    case 11: {
      const gate = through(
        value,
        tf.layers.globalAveragePooling2d({}),
        tf.layers.dense({ units: channels, activation: of('sigmoid', 'relu') }),
        tf.layers.reshape({ targetShape: [1, 1, channels] }),
      );
      return tf.layers.multiply().apply(below(2) === 0 ? [value, gate] : [gate, value]) as Value;
    }
    case 12: {
      // The same layers twice, as a model of their own.
      const inner = tf.sequential({
        layers: [
          tf.layers.conv2d({
            filters: channels,
            kernelSize: 3,
            padding: 'same',
            inputShape: value.shape.slice(1),
          }),
          functionOf(dice),
        ],
      });
      return below(2) === 0 ? through(value, inner) : through(value, inner, inner);
    }
    default:
      return through(
        value,
        tf.layers.dense({
          units: 1 + below(6),
          activation: activationOf(dice) as 'relu',
          useBias: below(3) > 0,
        }),
        tf.layers.dropout({ rate: 0.3 }),
      );
  }
}

/** A layer with a window that fits. */
function windowed(dice: Dice, { shape }: Value): tf.layers.Layer {
  const { below, of } = dice;
  const padding = of('same', 'valid');
  const edges = [1 + below(Math.min(4, shape[1]!)), 1 + below(Math.min(4, shape[2]!))] as [number, number];
  const fits = edges.every((edge, i) => padding === 'same' || 2 * edge - 1 <= shape[i + 1]!);
  const dilates = fits && below(3) === 0;
  const stride = dilates ? 1 : 1 + below(3);
  const all = {
    kernelSize: edges,
    strides: of<number | [number, number]>(stride, [stride, stride]),
    padding,
    dilationRate: dilates ? 2 : 1,
    useBias: below(3) > 0,
    activation: activationOf(dice) as 'relu',
  } as const;
  switch (below(4)) {
    case 0:
      return tf.layers.depthwiseConv2d({ ...all, dilationRate: 1, depthMultiplier: 1 + below(3) });
    case 1:
      return tf.layers.separableConv2d({ ...all, filters: 1 + below(6), depthMultiplier: 1 + below(3) });
    default: {
      const strides = dilates ? 1 : of<number | [number, number]>(stride, [1 + below(3), 1 + below(3)]);
      return tf.layers.conv2d({ ...all, strides, filters: 1 + below(6) });
    }
  }
}

function pool({ below, of }: Dice, { shape }: Value): tf.layers.Layer {
  const padding = of<'same' | 'valid'>('same', 'valid');
  const edges = [1 + below(Math.min(4, shape[1]!)), 1 + below(Math.min(4, shape[2]!))] as [number, number];
  const settings = { poolSize: edges, padding, ...of<object>({}, { strides: 1 }, { strides: [2, 1] }) };
  return below(2) === 0 ? tf.layers.maxPooling2d(settings) : tf.layers.averagePooling2d(settings);
}

function normalisation({ below, of }: Dice): tf.layers.Layer {
  return tf.layers.batchNormalization({
    axis: of(-1, 3),
    center: below(4) > 0,
    scale: below(4) > 0,
    epsilon: of(1e-3, 1e-5),
  });
}

function functionOf({ of }: Dice): tf.layers.Layer {
  return of<() => tf.layers.Layer>(
    () => tf.layers.reLU(),
    () => tf.layers.reLU({ maxValue: 6 }),
    () => tf.layers.leakyReLU({ alpha: of(0.1, 0.3) }),
    () => tf.layers.leakyReLU(),
    () => tf.layers.softmax({ axis: of(-1, 3) }),
    () => tf.layers.activation({ activation: of('relu', 'relu6', 'tanh', 'sigmoid', 'linear') }),
  )();
}

function headed(dice: Dice, value: Value): Value {
  const { below, of } = dice;
  const end = tf.layers.dense({ units: 1 + below(5), activation: of('softmax', 'linear', 'sigmoid') });
  switch (below(6)) {
    case 0:
      return value;
    case 1:
      return through(value, tf.layers.flatten(), end);
    case 2:
      return through(
        value,
        tf.layers.flatten(),
        tf.layers.dense({ units: 6 }),
        tf.layers.batchNormalization(),
        tf.layers.reLU(),
        end,
      );
    case 3: {
      const channels = value.shape[3]!;
      return through(value, tf.layers.reshape({ targetShape: [-1, channels] }), end);
    }
    default:
      return through(value, tf.layers.globalAveragePooling2d({}), end);
  }
}
