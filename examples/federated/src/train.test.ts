import { decodeModel, findWeights } from '@synaprune/onnx';
import { expect, it } from 'vitest';
import { average, train } from './train.js';

it('averages by how many samples each has', () => {
  const update = (value: number, samples: number) => ({
    weights: new Map([['w', Float32Array.of(value, -value)]]),
    samples,
  });
  expect(average([update(1, 30), update(5, 10)])).toEqual(new Map([['w', Float32Array.of(2, -2)]]));
});

it('two clients learn together what neither could alone, and prune alike', async () => {
  const { accuracy, alone, agreed, model } = await train({ rounds: 80, steps: 5, sparsity: 0.6 }, () => {});
  expect(accuracy).toBeGreaterThan(0.95);
  for (const each of alone) expect(each).toBeLessThan(0.7);
  expect(agreed).toBe(80);
  expect(decodeModel(model).graph!.node).toHaveLength(5);
  expect(findWeights(model).map(({ name }) => name)).toContain('second');
});
