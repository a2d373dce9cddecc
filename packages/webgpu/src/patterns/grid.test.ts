import { PruneError } from '@synaprune/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Grid, gridOf } from './grid.js';

const grid = (shape: number[], edges: number[]): Grid => gridOf({ shape, edges });

describe('gridOf', () => {
  it('divides a matrix into blocks, smaller at the edges', () => {
    expect(grid([5, 6], [2, 4])).toEqual({
      shape: [3, 2],
      units: 6,
      elements: 8,
      axes: [
        { length: 6, edge: 4, blocks: 2, stride: 1 },
        { length: 5, edge: 2, blocks: 3, stride: 6 },
      ],
    });
  });

  it('sees two axes, at most three, in the channels of a convolution', () => {
    expect(grid([3, 3, 16, 32], [3, 3, 16, 1]).axes).toEqual([
      { length: 32, edge: 1, blocks: 32, stride: 1 },
      { length: 144, edge: 144, blocks: 1, stride: 32 },
    ]);
    expect(grid([32, 16, 3, 3], [1, 16, 3, 3]).axes).toEqual([
      { length: 4608, edge: 144, blocks: 32, stride: 1 },
    ]);
  });

  it('has one unit for a scalar, and none for a weight without elements', () => {
    expect(grid([], [])).toMatchObject({ shape: [], units: 1, elements: 1 });
    expect(grid([4, 0], [2, 2])).toMatchObject({ shape: [2, 0], units: 0 });
  });

  it('puts every element into the block that its indices say', () => {
    const axis = fc.record({ length: fc.integer({ min: 1, max: 5 }), edge: fc.integer({ min: 1, max: 6 }) });
    fc.assert(
      fc.property(fc.array(axis, { maxLength: 5 }), (axes) => {
        const shape = axes.map(({ length }) => length);
        const edges = axes.map(({ edge }) => edge);
        const made = grid(shape, edges);
        const elements = shape.reduce((product, length) => product * length, 1);
        for (let element = 0; element < elements; element += 1) {
          expect(unitOf(made, element)).toBe(unitByIndices(shape, edges, element));
        }
      }),
    );
  });

  it('refuses more axes than kernels have room for, with the blocks', () => {
    const shape = Array.from({ length: 9 }, () => 4);
    const edges = Array.from({ length: 9 }, () => 2);
    expect(() => grid(shape, edges)).toThrow(PruneError);
    expect(() => grid(shape, edges)).toThrow(/up to 8 axes; .* divide 9/);
    expect(grid(shape, shape).units).toBe(1);
  });
});

/** As the kernels do it. */
function unitOf({ axes }: Grid, element: number): number {
  let unit = 0;
  let step = 1;
  for (const { length, edge, blocks, stride } of axes) {
    unit += Math.floor((Math.floor(element / stride) % length) / edge) * step;
    step *= blocks;
  }
  return unit;
}

/** Index by index, the first axis first. */
function unitByIndices(shape: readonly number[], edges: readonly number[], element: number): number {
  let inner = shape.reduce((product, length) => product * length, 1);
  let rest = element;
  let unit = 0;
  for (const [axis, length] of shape.entries()) {
    inner /= length;
    const index = Math.floor(rest / inner);
    rest %= inner;
    unit = unit * Math.ceil(length / edges[axis]!) + Math.floor(index / edges[axis]!);
  }
  return unit;
}
