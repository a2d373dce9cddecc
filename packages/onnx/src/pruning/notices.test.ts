import { expect, it } from 'vitest';
import { pruneOnnx, tensorFromFloat32 } from '../index.js';
import { modelOf } from '../testing/small-models.js';

/** A weight of small numbers with some large ones, beside a weight of large ones. */
function twoWeights(large: number): Uint8Array {
  const first = Float32Array.from({ length: 128 }, (_, i) => (i < large ? 100 + i : 0.001 * (i + 1)));
  const second = Float32Array.from({ length: 256 }, (_, i) => 10 + i);
  return modelOf({
    inputs: { x: [1, 8] },
    outputs: { y: [1, 16] },
    tensors: [tensorFromFloat32('first', first, [8, 16]), tensorFromFloat32('second', second, [16, 16])],
    nodes: [
      ['MatMul', ['x', 'first'], ['h']],
      ['MatMul', ['h', 'second'], ['y']],
    ],
  });
}

it.each([
  [0, 1 / 3, 'weight-emptied'],
  [1, 127 / 384, 'weight-nearly-emptied'],
])('with %i elements that stay of a weight, tells %f as %s', async (large, sparsity, code) => {
  const { report } = await pruneOnnx(twoWeights(large), { sparsity });
  expect(report.weights.map(({ zeros }) => zeros.after)).toEqual([128 - large, 0]);
  expect(report.notices).toMatchObject([{ code, weights: ['first'] }]);
});

it('tells nothing of weights that keep a part', async () => {
  const { report } = await pruneOnnx(twoWeights(0), { sparsity: 1 / 3, distribution: 'uniform' });
  expect(report.notices).toEqual([]);
});
