import type { Sample } from './spirals.js';

const UNITS = 32;

/** The tensors of a network of one hidden layer, `[2, 32]`, `[32]`, `[32, 1]` and `[1]`, or gradients of them. */
export type Tensors = readonly Float32Array[];

/** Weights to start with: the same in every replica. */
export function startingWeights(): Tensors {
  const wave = (length: number, scale: number): Float32Array =>
    Float32Array.from({ length }, (_, i) => scale * Math.sin(12.9898 * (i + 1) * scale));
  return [wave(2 * UNITS, 1.9), new Float32Array(UNITS), wave(UNITS, 0.7), new Float32Array(1)];
}

/** What the network takes a point for: the probability of label 1. */
export function predict([first, bias, second, last]: Tensors, { x, y }: Sample): number {
  let sum = last![0]!;
  for (let unit = 0; unit < UNITS; unit += 1) {
    sum += second![unit]! * Math.tanh(3 * (x * first![unit]! + y * first![UNITS + unit]! + bias![unit]!));
  }
  return 1 / (1 + Math.exp(-sum));
}

/** The gradients of the cross entropy, summed over some samples. */
export function gradientsOf(weights: Tensors, batch: readonly Sample[]): Tensors {
  const gradients = weights.map(({ length }) => new Float32Array(length));
  const [first, bias, second] = weights;
  for (const sample of batch) {
    const { x, y, label } = sample;
    const error = predict(weights, sample) - label;
    gradients[3]![0]! += error;
    for (let unit = 0; unit < UNITS; unit += 1) {
      const hidden = Math.tanh(3 * (x * first![unit]! + y * first![UNITS + unit]! + bias![unit]!));
      const back = 3 * error * second![unit]! * (1 - hidden * hidden);
      gradients[2]![unit]! += error * hidden;
      gradients[0]![unit]! += back * x;
      gradients[0]![UNITS + unit]! += back * y;
      gradients[1]![unit]! += back;
    }
  }
  return gradients;
}
