/** Changes numbers in place, from one index to another. */
export type Elementwise = (values: Float32Array, from: number, to: number) => void;

const each =
  (of: (x: number) => number): Elementwise =>
  (values, from, to) => {
    for (let i = from; i < to; i += 1) values[i] = of(values[i]!);
  };

const SELU = { scale: 1.0507009873554805, alpha: 1.6732632423543772 };

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const elu = (x: number): number => (x < 0 ? Math.expm1(x) : x);

/** Elementwise activations of tfjs-layers, by the class names that it saves. */
export const ELEMENTWISE: Readonly<Record<string, Elementwise>> = {
  linear: () => {},
  relu: each((x) => Math.max(0, x)),
  relu6: each((x) => Math.min(Math.max(0, x), 6)),
  elu: each(elu),
  selu: each((x) => (x < 0 ? SELU.scale * SELU.alpha * Math.expm1(x) : SELU.scale * x)),
  sigmoid: each(sigmoid),
  hardSigmoid: each((x) => Math.min(Math.max(0.2 * x + 0.5, 0), 1)),
  softplus: each((x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))),
  softsign: each((x) => x / (1 + Math.abs(x))),
  tanh: each(Math.tanh),
  swish: each((x) => x * sigmoid(x)),
};

/** Softmax of every row of so many numbers, in place. */
export function softmax(values: Float32Array, from: number, to: number, width: number): void {
  for (let row = from; row < to; row += width) {
    let most = Number.NEGATIVE_INFINITY;
    for (let i = row; i < row + width; i += 1) most = Math.max(most, values[i]!);
    let sum = 0;
    for (let i = row; i < row + width; i += 1) {
      values[i] = Math.exp(values[i]! - most);
      sum += values[i]!;
    }
    for (let i = row; i < row + width; i += 1) values[i] = values[i]! / sum;
  }
}
