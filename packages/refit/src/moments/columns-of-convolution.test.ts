import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { randomNumbers } from '../testing/random-numbers.js';
import { columnsOfConvolution } from './columns-of-convolution.js';

describe('columnsOfConvolution', () => {
  it('gives columns whose products with a kernel are the convolution, by its definition', () => {
    const layer = fc.record({
      batch: fc.integer({ min: 1, max: 2 }),
      own: fc.integer({ min: 1, max: 2 }),
      groups: fc.integer({ min: 1, max: 2 }),
      height: fc.integer({ min: 3, max: 6 }),
      width: fc.integer({ min: 3, max: 6 }),
      kernel: fc.tuple(fc.integer({ min: 1, max: 2 }), fc.integer({ min: 1, max: 2 })),
      strides: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
      dilations: fc.tuple(fc.integer({ min: 1, max: 2 }), fc.integer({ min: 1, max: 2 })),
      pads: fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 4, maxLength: 4 }),
      last: fc.boolean(),
    });
    fc.assert(
      fc.property(layer, ({ batch, own, groups, height, width, kernel, strides, dilations, pads, last }) => {
        const channels = own * groups;
        const input = randomNumbers(batch * channels * height * width, 5);
        const group = groups - 1;
        const weight = randomNumbers(own * kernel[0] * kernel[1], 6);
        const at = (n: number, c: number, y: number, x: number): number => {
          if (y < 0 || x < 0 || y >= height || x >= width) return 0;
          const index = last
            ? ((n * height + y) * width + x) * channels + c
            : ((n * channels + c) * height + y) * width + x;
          return input[index]!;
        };
        const expected: number[] = [];
        const edge = (size: number, axis: 0 | 1): number =>
          Math.floor(
            (size + pads[axis]! + pads[axis + 2]! - (kernel[axis] - 1) * dilations[axis] - 1) / strides[axis],
          ) + 1;
        for (let n = 0; n < batch; n += 1) {
          for (let y = 0; y < edge(height, 0); y += 1) {
            for (let x = 0; x < edge(width, 1); x += 1) {
              let sum = 0;
              for (let c = 0; c < own; c += 1) {
                for (let i = 0; i < kernel[0]; i += 1) {
                  for (let j = 0; j < kernel[1]; j += 1) {
                    const w = last
                      ? weight[(i * kernel[1] + j) * own + c]!
                      : weight[(c * kernel[0] + i) * kernel[1] + j]!;
                    const row = y * strides[0] + i * dilations[0] - pads[0]!;
                    const column = x * strides[1] + j * dilations[1] - pads[1]!;
                    sum += w * at(n, group * own + c, row, column);
                  }
                }
              }
              expected.push(sum);
            }
          }
        }
        const { columns, samples, features, positions } = columnsOfConvolution({
          input,
          shape: last ? [batch, height, width, channels] : [batch, channels, height, width],
          kernel,
          strides,
          dilations,
          pads,
          groups,
          group,
          channels: last ? 'last' : 'first',
        });
        expect([samples, positions, features]).toEqual([expected.length, expected.length, weight.length]);
        for (const [s, value] of expected.entries()) {
          const own = columns.subarray(s * features, (s + 1) * features);
          expect(own.reduce((sum, x, i) => sum + x * weight[i]!, 0)).toBeCloseTo(value, 5);
        }
      }),
      { seed: 1 },
    );
  });

  it('takes positions evenly where fewer are asked for', () => {
    const input = Float32Array.from({ length: 10 }, (_, i) => i);
    const { columns, samples, positions } = columnsOfConvolution({
      input,
      shape: [2, 1, 5],
      kernel: [1],
      positions: 4,
    });
    expect([samples, positions, ...columns]).toEqual([4, 10, 0, 2, 5, 7]);
  });

  it('says what is wrong with what it is given', () => {
    const options = { input: new Float32Array(4), shape: [1, 1, 4], kernel: [3] };
    expect(() => columnsOfConvolution({ ...options, kernel: [5] })).toThrow(
      'columnsOfConvolution needs an input that the kernel fits into; axis 0 has 4 elements',
    );
    expect(() => columnsOfConvolution({ ...options, shape: [1, 2, 4] })).toThrow(
      'columnsOfConvolution needs 8 numbers for an input of shape [1,2,4], got 4',
    );
    expect(() => columnsOfConvolution({ ...options, groups: 2 })).toThrow('groups that divide 1 channels');
    expect(() => columnsOfConvolution({ ...options, pads: [1] })).toThrow('pads to be a list of 2 numbers');
    expect(() => columnsOfConvolution({ ...options, stride: [1] } as never)).toThrow(
      'did you mean "strides"?',
    );
  });
});
