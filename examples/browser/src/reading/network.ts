import type { LayerWeight } from '../moments/layer-weights';

/** A network of dense layers that reads digits, on the processor: small enough to need no device. */
export interface Network {
  /** How sure it is of each of the ten digits; sums up to 1. */
  read(pixels: ArrayLike<number>): Float32Array;
  /** What the units of the first layer answer. */
  firstLayer(pixels: ArrayLike<number>): Float32Array;
}

/**
 * A network from its kernels `[inputs, units]` and biases, in the order of its layers: rectified, the last one a softmax.
 *
 * @throws RangeError when they are no whole layers
 */
export function createNetwork(weights: readonly LayerWeight[]): Network {
  if (weights.length === 0 || weights.length % 2 === 1) {
    throw new RangeError(`dense layers need a kernel and a bias each, got ${weights.length} weights`);
  }
  const layers = Array.from({ length: weights.length / 2 }, (_, i) => ({
    kernel: weights[2 * i]!,
    bias: weights[2 * i + 1]!,
  }));
  return {
    read: (pixels) => softmax(layers.reduce<ArrayLike<number>>(through, pixels) as Float32Array),
    firstLayer: (pixels) => rectified(through(pixels, layers[0]!, 0)),
  };

  function through(inputs: ArrayLike<number>, { kernel, bias }: (typeof layers)[number], index: number) {
    const units = bias.values.length;
    const sums = Float32Array.from(bias.values);
    for (let input = 0; input < inputs.length; input += 1) {
      const value = inputs[input]!;
      if (value === 0) continue;
      const from = input * units;
      for (let unit = 0; unit < units; unit += 1) sums[unit]! += value * kernel.values[from + unit]!;
    }
    return index === layers.length - 1 ? sums : rectified(sums);
  }
}

function rectified(values: Float32Array): Float32Array {
  return values.map((value) => Math.max(0, value));
}

function softmax(values: Float32Array): Float32Array {
  const largest = Math.max(...values);
  const powers = values.map((value) => Math.exp(value - largest));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}

/** The digit that a network is surest of. */
export function likeliest(shares: Float32Array): number {
  return shares.indexOf(Math.max(...shares));
}
