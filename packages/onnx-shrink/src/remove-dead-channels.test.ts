import { decodeModel, encodeModel } from '@synaprune/onnx';
import type { TensorParts } from '@synaprune/onnx/graph';
import { describe, expect, it } from 'vitest';
import { removeDeadChannels } from './index.js';
import { build, keptOf, ones, picture, relu, some, without } from './testing/dead-models.js';

describe('what stays', () => {
  it('one channel at least', async () => {
    const model = build(
      picture,
      { a: without(ones(3, 2, 1, 1), 0, 0, 1, 2), b: some(3), c: some(2, 3, 1, 1) },
      [
        ['Conv', ['x', 'a', 'b'], ['h']],
        ['Conv', ['h', 'c'], ['y']],
      ],
    );
    expect(await keptOf(model, picture)).toEqual({ 'a[0]': [0] });
  });

  const padded = (bias: readonly number[], pads: readonly number[]) =>
    build(
      picture,
      { a: without(some(3, 2, 1, 1), 0, 1, 2), b: { shape: [3], data: bias }, c: some(2, 3, 3, 3) },
      [
        ['Conv', ['x', 'a', 'b'], ['h']],
        ['Conv', ['h', 'c'], ['y'], { pads }],
      ],
    );

  it('a number other than 0 beside padding, and the report says so', async () => {
    const model = padded([1, 2, 0], [1, 1, 1, 1]);
    expect(await keptOf(model, picture)).toEqual({ 'a[0]': [0, 1] });
    const { notices } = removeDeadChannels(model).report;
    expect(notices.map(({ code, weights }) => ({ code, weights }))).toEqual([
      { code: 'constant-at-edges', weights: ['a[0]'] },
    ]);
    expect(notices[0]!.message).toContain(
      '1 of 3 channels of "a[0]" carry one number other than 0 and stay: node "',
    );
    expect(await keptOf(padded([1, 2, 0], [0, 0, 0, 0]), picture)).toEqual({ 'a[0]': [0] });
  });

  it('what NaN and infinities reach', () => {
    for (const wrong of [Number.NaN, Infinity]) {
      const reads = without(some(3, 2), 0, 1);
      const model = (a: TensorParts, c: TensorParts) =>
        build([1, 2], { a, c }, [
          ['MatMul', ['x', 'a'], ['h']],
          relu('h', 'r'),
          ['MatMul', ['r', 'c'], ['y']],
        ]);
      const poisoned = { ...some(2, 3), data: [1, wrong, 2, 3, 4, 5] };
      expect(removeDeadChannels(model(poisoned, reads)).report.tensors).toEqual([]);
      expect(removeDeadChannels(model(some(2, 3), reads)).report.tensors).not.toEqual([]);
      const row = { ...some(3, 2), data: [1, 2, wrong, 0, 3, 4] };
      expect(removeDeadChannels(model(without(some(2, 3), 1, 1), row)).report.tensors).toEqual([]);
    }
  });

  it('what a run may be fed another weight for', () => {
    const model = decodeModel(
      build([1, 2], { a: some(2, 3), c: without(some(3, 2), 0, 1) }, [
        ['MatMul', ['x', 'a'], ['h']],
        ['MatMul', ['h', 'c'], ['y']],
      ]),
    );
    expect(removeDeadChannels(encodeModel(model)).report.tensors).not.toEqual([]);
    const fed = { ...model.graph!.input[0]!, name: 'c' };
    model.graph!.input.push(fed);
    const again = removeDeadChannels(encodeModel(model));
    expect(again.report.tensors).toEqual([]);
  });

  it('all of a model without dead channels, byte for byte', () => {
    const model = build([1, 2], { a: some(2, 3), c: some(3, 2) }, [
      ['MatMul', ['x', 'a'], ['h']],
      ['MatMul', ['h', 'c'], ['y']],
    ]);
    const { model: same, report } = removeDeadChannels(model);
    expect(same).toEqual(model);
    expect(same).not.toBe(model);
    expect(report.bytes).toEqual({ before: model.length, after: model.length });
  });
});

describe('removeDeadChannels', () => {
  it('leaves the bytes that it is given as they are', () => {
    const model = build([1, 2], { a: some(2, 3), c: without(some(3, 2), 0, 1) }, [
      ['MatMul', ['x', 'a'], ['h']],
      ['MatMul', ['h', 'c'], ['y']],
    ]);
    const before = model.slice();
    removeDeadChannels(model);
    expect(model).toEqual(before);
  });

  it('refuses options that it does not know', () => {
    expect(() => removeDeadChannels(new Uint8Array(), { keep: 0.5 } as object)).toThrow(
      /removeDeadChannels has no option "keep": nothing but what has no effect goes/,
    );
  });
});
