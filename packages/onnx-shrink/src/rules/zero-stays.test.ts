import type { NodeParts } from '@synaprune/onnx/graph';
import { describe, expect, test } from 'vitest';
import { cut, integers, type Parts } from '../testing/cut.js';

/** Eight channels of a convolution, then the nodes, and the sum of `o` over its channels, which no weights are in. */
function summed(nodes: readonly NodeParts[], weights: Parts['weights'] = {}): Parts {
  return {
    inputs: { x: [2, 3, 6, 6] },
    weights: { w: [8, 3, 3, 3], ...weights },
    tensors: { channels: integers(1) },
    nodes: [['Conv', ['x', 'w'], ['h']], ...nodes, ['ReduceSum', ['o', 'channels'], ['y'], {}, 'sum']],
    outputs: ['y'],
  };
}

const held =
  'w[0]: node "sum" (ReduceSum), axis 1: it is added up over, and units are not 0 there without weights';

describe('channels that are not 0 without their weights', () => {
  test('stay where logarithms of others are added up', async () => {
    for (const op of ['ReduceLogSum', 'ReduceLogSumExp']) {
      const parts = summed([
        ['Abs', ['h'], ['g']],
        [op, ['g'], ['o'], { axes: [2, 3] }],
      ]);
      const { groups, held: stays } = await cut(parts);
      expect([groups, stays], op).toEqual([[], [held]]);
    }
  });

  test('stay where filters, biases and scales are computed of weights and are not 0 without them', async () => {
    const cases: Readonly<Record<string, Parts>> = {
      filters: summed(
        [
          ['Exp', ['u'], ['filters']],
          ['Conv', ['h', 'filters'], ['o']],
        ],
        { u: [10, 8, 3, 3] },
      ),
      bias: summed(
        [
          ['Exp', ['b'], ['bias']],
          ['Conv', ['h', 'u', 'bias'], ['o']],
        ],
        { u: [10, 8, 3, 3], b: [10] },
      ),
      scale: summed(
        [
          ['Exp', ['s'], ['scale']],
          ['InstanceNormalization', ['h', 'scale', 'b'], ['o']],
        ],
        { s: [8], b: [8] },
      ),
    };
    for (const [name, parts] of Object.entries(cases)) {
      const { held: stays, error } = await cut(parts);
      expect(
        stays.some((each) => each.includes('node "sum" (ReduceSum), axis 1')),
        name,
      ).toBe(true);
      expect(error, name).toBeLessThan(1e-5);
    }
  });

  test('go where the filters that they have are computed, and all of those windows stay', async () => {
    const { groups, error } = await cut({
      inputs: { x: [1, 3, 6, 6], style: [1, 5] },
      weights: { p: [5, 8 * 3 * 9], v: [4, 8, 3, 3] },
      tensors: { shape: integers(8, 3, 3, 3) },
      nodes: [
        ['MatMul', ['style', 'p'], ['q']],
        ['Sigmoid', ['q'], ['g']],
        ['Reshape', ['g', 'shape'], ['filters']],
        ['Conv', ['x', 'filters'], ['h']],
        ['Conv', ['h', 'v'], ['y']],
      ],
      outputs: ['y'],
    });
    expect(groups).toEqual(['p[1] 8→4']);
    expect(error).toBeLessThan(1e-5);
  });
});
