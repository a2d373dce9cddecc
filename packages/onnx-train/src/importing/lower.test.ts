import type { Element, ElementType, TensorParts, Value } from '@synaprune/onnx/graph';
import { describe, expect, it } from 'vitest';
import { commonLowerings } from '../lower/common.js';
import type { LoweringContext } from '../lower/lowering.js';
import { createTrainingGraph } from '../tape/tape.js';
import { computed } from '../testing/runtime.js';
import { lower } from './lower.js';

/** What a node of constants becomes. */
function lowered(op: string, tensors: readonly TensorParts[]): Value {
  const graph = createTrainingGraph('test/', 23);
  const inputs = tensors.map(({ type = 'float32', shape, data }) =>
    graph.constant({ type, shape }, Array.from(data)),
  );
  const node = { op, domain: '', name: '', inputs, attributes: {}, outputNames: ['y'], opset: 23 };
  return lower({ graph, lowerings: commonLowerings } as unknown as LoweringContext, node)[0]!;
}

async function isTheRuntimes(op: string, tensors: readonly TensorParts[]): Promise<void> {
  const value = lowered(op, tensors);
  expect({ shape: value.shape, elements: value.constant?.elements() }).toEqual(await computed(op, tensors));
}

describe('a slice', () => {
  const cases: Readonly<Record<string, readonly (readonly number[])[]>> = {
    forwards: [
      [5, 4],
      [1, -3],
      [4, 4],
      [0, -1],
      [1, 2],
    ],
    backwards: [
      [5, 4],
      [-1, 3],
      [-9, 0],
      [0, 1],
      [-2, -1],
    ],
    'of bounds far outside': [[5], [-(2 ** 40)], [2 ** 40], [0], [3]],
    'backwards of bounds far outside': [[5], [2 ** 40], [-(2 ** 40)], [0], [-1]],
    'of nothing': [[5], [4], [1], [0], [1]],
  };
  for (const [what, [shape, ...lists]] of Object.entries(cases)) {
    for (const type of ['float32', 'float64', 'int8', 'int32', 'uint8', 'bool'] as const) {
      it(`${what} of ${type} is the runtime's`, async () => {
        const size = shape!.reduce((a, b) => a * b, 1);
        const data = Array.from({ length: size }, (_, index) => (type === 'bool' ? index % 2 : index));
        const bounds = lists.map(
          (list): TensorParts => ({ type: 'int64', shape: [list.length], data: list.map(BigInt) }),
        );
        await isTheRuntimes('Slice', [{ type, shape: shape!, data }, ...bounds]);
      });
    }
  }
});

describe('a range', () => {
  const bounds: Readonly<Record<string, readonly (readonly [Element, Element, Element])[]>> = {
    int64: [
      [-5n, 7n, 3n],
      [7n, -5n, -3n],
      [2n, 2n, 1n],
      [0n, 5n, -1n],
      [2n ** 53n + 1n, 2n ** 53n + 9n, 2n],
    ],
    int32: [[-5, 8, 4]],
    int16: [[10, 4, -2]],
    float32: [
      [0, 10, 1],
      [0.5, 3, 0.25],
      [4, -1, -0.5],
    ],
    float64: [[0, 1, 0.125]],
  };
  for (const [type, list] of Object.entries(bounds) as [ElementType, (typeof bounds)['int64']][]) {
    it(`of ${type} is the runtime's`, async () => {
      for (const elements of list) {
        await isTheRuntimes(
          'Range',
          elements.map((element) => ({ type, shape: [], data: [element] })),
        );
      }
    });
  }

  it('of floats that are rounded on the way is left to the runtime', () => {
    const value = lowered(
      'Range',
      [0, 1, 0.1].map((number) => ({ shape: [], data: [number] })),
    );
    expect(value).toMatchObject({ shape: [10] });
    expect(value.constant).toBeUndefined();
  });
});
