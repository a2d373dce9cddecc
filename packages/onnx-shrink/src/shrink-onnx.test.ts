import { PruneError } from '@synaprune/core';
import { buildModel } from '@synaprune/onnx/graph';
import { describe, expect, it } from 'vitest';
import { channelGroups, shrinkOnnx } from './index.js';

const numbers = (length: number) => Float32Array.from({ length }, (_, i) => Math.sin(i * 1.7));

/** 8 inputs, 16 hidden units, 4 outputs. */
const perceptron = () =>
  buildModel({
    inputs: { x: ['batch', 8] },
    tensors: {
      first: { shape: [8, 16], data: numbers(128) },
      second: { shape: [16, 4], data: numbers(64) },
    },
    nodes: [
      ['MatMul', ['x', 'first'], ['h']],
      ['Relu', ['h'], ['r']],
      ['MatMul', ['r', 'second'], ['y']],
    ],
    outputs: ['y'],
  });

const codeOf = (call: () => unknown) => {
  try {
    call();
  } catch (error) {
    return error instanceof PruneError ? error.code : String(error);
  }
  return 'nothing';
};

describe('shrinkOnnx', () => {
  it('keeps the units with the largest norms, and says which', () => {
    const { report } = shrinkOnnx(perceptron(), { keep: 0.25 });
    const norms = Array.from({ length: 16 }, (_, unit) =>
      Math.hypot(...Array.from({ length: 8 }, (_, row) => Math.fround(Math.sin((row * 16 + unit) * 1.7)))),
    );
    const largest = [...norms.keys()].sort((a, b) => norms[b]! - norms[a]!).slice(0, 4);
    expect(report.groups).toHaveLength(1);
    expect(report.groups[0]).toMatchObject({
      name: 'first[1]',
      channels: 16,
      kept: largest.sort((a, b) => a - b),
    });
    expect(report.tensors.map(({ name, shape }) => [name, shape.after])).toEqual([
      ['first', [8, 4]],
      ['second', [4, 4]],
    ]);
    expect(report.parameters).toEqual({ before: 192, after: 48 });
    expect(report.multiplyAdds).toEqual({ before: 192, after: 48 });
  });

  it('takes fractions by name, whole multiples, and what each group should be ranked by', () => {
    const kept = (options: Parameters<typeof shrinkOnnx>[1]) =>
      shrinkOnnx(perceptron(), options).report.groups[0]!.kept;
    expect(kept({ keep: { 'first[1]': 0.5 } })).toHaveLength(8);
    expect(kept({ keep: {} })).toHaveLength(16);
    expect(kept({ keep: 0.3, multipleOf: 4 })).toHaveLength(8);
    expect(kept({ keep: 0.01 })).toHaveLength(1);
    expect(
      kept({ keep: 0.125, importance: ({ channels }) => Array.from({ length: channels }, (_, i) => i) }),
    ).toEqual([14, 15]);
    expect(kept({ keep: 0.5, importance: 'random' })).toHaveLength(8);
    expect(kept({ keep: 0.5, distribution: 'global' })).toHaveLength(8);
  });

  it('takes the numbers of the channels that stay', () => {
    const { report } = shrinkOnnx(perceptron(), { keep: { 'first[1]': [1, 4, 15] } });
    expect(report.groups[0]!.kept).toEqual([1, 4, 15]);
    expect(() => shrinkOnnx(perceptron(), { keep: { 'first[1]': [1, 16] } })).toThrow(
      new RangeError('shrinkOnnx needs channels of "first[1]" below 16, got 16'),
    );
    for (const wrong of [[], [2, 1], [1, 1], [0.5]]) {
      expect(() => shrinkOnnx(perceptron(), { keep: { 'first[1]': wrong } })).toThrow(RangeError);
    }
  });

  it('finds the largest fraction that is small enough for a target', () => {
    const { report } = shrinkOnnx(perceptron(), { target: { parameters: 100 } });
    expect(report.parameters.after).toBe(96);
    expect(codeOf(() => shrinkOnnx(perceptron(), { target: { parameters: 11 } }))).toBe('unreachable-target');
    const { parameters, notices } = shrinkOnnx(perceptron(), { target: { parameters: 1e6 } }).report;
    expect(notices).toEqual([
      {
        code: 'target-met',
        message: `target.parameters is 1000000, and the model has ${parameters.before}: nothing was removed`,
      },
    ]);
  });

  it('refuses what it cannot do, and says why', () => {
    expect(codeOf(() => shrinkOnnx(perceptron(), { keep: 0.5, select: 'second[1]' }))).toBe('held-channels');
    expect(codeOf(() => shrinkOnnx(perceptron(), { keep: { second: 0.5 } }))).toBe('unmatched-selector');
    expect(() => shrinkOnnx(perceptron(), { keep: { first: 0.5 } })).toThrow('did you mean "first[1]"');
    expect(() =>
      shrinkOnnx(perceptron(), { keep: { 'first[1]': 0.5 }, select: { exclude: 'first' } }),
    ).toThrow(new TypeError('shrinkOnnx needs groups of keep to be selected; select leaves "first[1]" out'));
    const strangers = { masks: [{ name: 'third', bits: new Uint8Array(1) }] };
    expect(codeOf(() => shrinkOnnx(perceptron(), { keep: 0.5, importance: strangers }))).toBe(
      'mask-mismatch',
    );
    expect(() => shrinkOnnx(perceptron(), { keep: 0 })).toThrow(
      new RangeError('shrinkOnnx needs keep in (0, 1], the fraction of channels that stay; got 0'),
    );
    expect(() => shrinkOnnx(perceptron(), {})).toThrow(TypeError);
    expect(() => shrinkOnnx(perceptron(), { keep: 0.5, sparsity: 0.5 } as never)).toThrow(
      /keep: 1 - sparsity/,
    );
  });

  it('refuses numbers that rank nothing, and lengths of what no input leaves open', () => {
    const rank = (importance: () => number[]) =>
      codeOf(() => shrinkOnnx(perceptron(), { keep: 0.5, importance }));
    expect(rank(() => new Array<number>(16).fill(Number.NaN))).toBe('score-mismatch');
    expect(rank(() => [1, 2])).toBe('score-mismatch');
    expect(() => shrinkOnnx(perceptron(), { keep: 0.5, dimensions: { batsch: 8 } })).toThrow(
      new RangeError(
        'shrinkOnnx: no input of the model leaves "batsch" open, which dimensions gives a length; they leave "batch" open',
      ),
    );
    const { report } = shrinkOnnx(perceptron(), { keep: 0.5, dimensions: { batch: 8 } });
    expect(report.multiplyAdds).toEqual({ before: 8 * 192, after: 8 * 96 });
  });

  it('leaves the bytes that it was given alone', () => {
    const bytes = perceptron();
    const before = bytes.slice();
    shrinkOnnx(bytes, { keep: 0.5 });
    expect(bytes).toEqual(before);
  });
});

describe('channelGroups', () => {
  it('names what holds the rest', () => {
    const { groups, held } = channelGroups(perceptron());
    expect(groups.map(({ name, channels }) => [name, channels])).toEqual([['first[1]', 16]]);
    expect(held).toEqual([
      { name: 'second[1]', channels: 4, heldBy: 'the output "y", axis 1: it is given out' },
    ]);
  });
});
