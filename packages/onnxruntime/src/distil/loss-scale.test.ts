import { describe, expect, it } from 'vitest';
import { lossScale } from './loss-scale.js';

const target = (dims: readonly number[], ...data: number[]) => ({ data: Float32Array.from(data), dims });

describe('the scale of a loss', () => {
  it('of the cross-entropy is the entropy of the targets below, that of their mean above', () => {
    const scale = lossScale({ kind: 'crossEntropy', from: 'probabilities' });
    const sure = target([2, 2], 1, 0, 0, 1);
    expect(scale.floor(sure)).toBeCloseTo(0, 9);
    expect(scale.ignorance([sure])).toBeCloseTo(Math.log(2), 6);
    expect(scale.loss(target([2, 2], 0.5, 0.5, 0.25, 0.75), sure)).toBeCloseTo(
      (Math.log(2) + Math.log(4 / 3)) / 2,
      6,
    );
    const open = target([1, 2], 0.5, 0.5);
    expect(scale.floor(open)).toBeCloseTo(Math.log(2), 6);
  });

  it('of logits turns the teacher’s into probabilities, on the axis of the classes', () => {
    const scale = lossScale({ kind: 'crossEntropy', axis: 1 });
    const { data } = scale.targetOf(target([1, 2, 2], Math.log(3), 0, 0, 0));
    expect([...data].map((value) => Number(value.toFixed(6)))).toEqual([0.75, 0.5, 0.25, 0.5]);
    expect(scale.loss(target([1, 2, 1], 0, 0), target([1, 2, 1], 1, 0))).toBeCloseTo(Math.log(2), 6);
  });

  it('of yes or no counts both', () => {
    const scale = lossScale({ kind: 'binaryCrossEntropy', from: 'probabilities' });
    const sure = target([4], 1, 0, 0, 0);
    expect(scale.floor(sure)).toBeCloseTo(0, 6);
    expect(scale.ignorance([sure])).toBeCloseTo(-0.25 * Math.log(0.25) - 0.75 * Math.log(0.75), 6);
    expect(lossScale('binaryCrossEntropy').targetOf(target([1], 0)).data[0]).toBe(0.5);
  });

  it('of squares is 0 below and the variance above, over all samples', () => {
    const scale = lossScale('mse');
    expect(scale.floor(target([2], 1, 3))).toBe(0);
    expect(scale.ignorance([target([2], 1, 1), target([2], 3, 3)])).toBe(1);
    expect(scale.loss(target([2], 1, 1), target([2], 1, 3))).toBe(2);
    expect(lossScale({ kind: 'huber', delta: 1 }).loss(target([1], 0), target([1], 3))).toBe(2.5);
  });

  it('is NaN of answers that are', () => {
    const answer = target([1, 2], Number.NaN, Number.NaN);
    for (const kind of ['crossEntropy', 'binaryCrossEntropy', 'mse'] as const) {
      const loss = kind === 'mse' ? kind : ({ kind, from: 'probabilities' } as const);
      expect(lossScale(loss).loss(answer, target([1, 2], 1, 0))).toBeNaN();
    }
  });

  it('there is none of a loss without such targets', () => {
    expect(() => lossScale({ kind: 'output', name: 'loss' })).toThrow(TypeError);
    expect(() => lossScale({ kind: 'crossEntropy', targets: 'indices' })).toThrow('distillationOptions');
  });

  it('is refused where answers do not count alike, or the loss is of several terms', () => {
    for (const [loss, said] of [
      [[{ loss: 'mse', output: 'y' }], 'one loss, got a list of terms'],
      [{ kind: 'output', name: 'y' }, 'got kind "output"'],
      ['distillation', 'whose targets are logits'],
      [{ kind: 'crossEntropy', labelSmoothing: 0.1 }, 'got labelSmoothing'],
      [{ kind: 'mse', sampleWeights: true }, 'got sampleWeights'],
    ] as const) {
      expect(() => lossScale(loss)).toThrow(said);
    }
  });
});
