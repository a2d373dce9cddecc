import { elementsOf } from '@synaprune/core/checks';
import * as tf from '@tensorflow/tfjs-core';
import type { BatchTensors, ModelInput } from './model-batches.js';

/** Pixels that a picture has a side where the model leaves that open: a multiple of what networks halve it by. */
const SIDE = 224;

/**
 * One batch of seeded noise, the caller's to dispose of: floats from the normal distribution, integers and truths 0 or 1.
 * A length that the model leaves open is 1, or 224 for the sides of a picture.
 *
 * @throws TypeError where the model leaves a whole shape open, or wants text
 */
export function noiseBatch(
  caller: string,
  declared: readonly ModelInput[],
  samples: number,
  seed: number,
): BatchTensors {
  const shapes = declared.map(({ name, shape, dtype }) => {
    if (shape === undefined || dtype === 'string' || dtype === 'complex64') {
      throw new TypeError(
        `${caller} needs inputs: no noise can be made for the input ${name}, of ${shape === undefined ? 'any shape' : `type ${dtype}`}`,
      );
    }
    const edges = shape.map(
      (edge, axis) => edge ?? (shape.length === 4 && (axis === 1 || axis === 2) ? SIDE : 1),
    );
    edges[0] = shape[0] ?? samples;
    return edges;
  });
  return declared.map(({ dtype }, i) => {
    const draw = uniformNumbers(seed * 1000 + i);
    const length = elementsOf(shapes[i]!);
    if (dtype !== 'float32') {
      const coins = Int32Array.from({ length }, () => (draw() < 0.5 ? 0 : 1));
      return tf.tensor(coins, shapes[i]!, dtype as 'int32');
    }
    // By Box and Muller's method.
    const normal = () => Math.sqrt(-2 * Math.log(1 - draw())) * Math.cos(2 * Math.PI * draw());
    return tf.tensor(Float32Array.from({ length }, normal), shapes[i]!);
  });
}

/** The shapes of samples of noise, of the inputs that leave lengths of theirs open. */
export function madeUpLengths(declared: readonly ModelInput[], noise: BatchTensors): string[] {
  return declared.flatMap(({ name, shape }, i) =>
    shape?.slice(1).includes(null) === true ? [`${name} of [${noise[i]!.shape.slice(1).join(', ')}]`] : [],
  );
}

/** Numbers in [0, 1) by Mulberry32. */
function uniformNumbers(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let x = Math.imul(state ^ (state >>> 15), state | 1);
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61);
    return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32;
  };
}
