import { createGraph } from '@synaprune/examples-kit/models/graph';
import { createRandom } from '@synaprune/examples-kit/random';
import { nearestSize } from 'synaprune-study/models/narrow';
import { PIXELS } from '../data/digits.js';
import type { Model } from './model.js';

/** Hidden units of LeNet-300-100. */
const HIDDEN = [300, 100] as const;
const CLASSES = 10;

/**
 * LeNet-300-100: 784 pixels, two hidden layers with ReLU, ten logits. Kernels are drawn from a normal distribution
 * with the variance 2 / inputs, biases are zero.
 *
 * @param narrowed fraction of the kernels' weights that it does without, by narrower hidden layers
 * @see He et al. 2015, https://arxiv.org/abs/1502.01852
 */
export function lenet(seed: number, narrowed: number): Model {
  const random = createRandom(seed, 'initial weights of LeNet');
  const graph = createGraph();
  let value = graph.input('digit', ['batch', PIXELS]);
  const kernels: string[] = [];
  const sizes = sizesOf(narrowed);
  for (let layer = 1; layer < sizes.length; layer += 1) {
    const [inputs, outputs] = [sizes[layer - 1]!, sizes[layer]!];
    const deviation = Math.sqrt(2 / inputs);
    const values = Float32Array.from({ length: inputs * outputs }, () => deviation * random.normal());
    const kernel = graph.tensor(`layer${layer}/kernel`, values, [inputs, outputs]);
    const bias = graph.tensor(`layer${layer}/bias`, new Float32Array(outputs), [outputs]);
    kernels.push(kernel);
    value = graph.add('Gemm', [value, kernel, bias], { name: `layer${layer}` });
    if (layer < sizes.length - 1) value = graph.add('Relu', [value]);
  }
  graph.output('logits', value, ['batch', CLASSES]);
  return { bytes: graph.encode(), kernels };
}

/** Sizes of the layers, the hidden ones three to one as in the whole model. */
function sizesOf(narrowed: number): readonly number[] {
  const hidden = (first: number) => Math.max(1, Math.round((first * HIDDEN[1]) / HIDDEN[0]));
  const count = (first: number) => PIXELS * first + first * hidden(first) + hidden(first) * CLASSES;
  const first = nearestSize((1 - narrowed) * count(HIDDEN[0]), count, { most: HIDDEN[0] });
  return [PIXELS, first, hidden(first), CLASSES];
}
