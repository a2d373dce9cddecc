import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createAgreement } from './agreement.js';
import type { Answers } from './answers.js';

const floats = (dims: readonly number[], ...numbers: number[]): Answers => ({
  y: { data: Float32Array.from(numbers), dims },
});

function compare(before: Answers, after: Answers, samples = 1, options = {}) {
  const tally = createAgreement(options);
  tally.add(before, after, samples);
  return tally.finish();
}

describe('an output of distributions', () => {
  const dense = floats([2, 2, 2], 0.9, 0.1, 0.2, 0.8, 0.6, 0.4, 0.3, 0.7);

  it('agrees where the largest entry is at the same place, and a sample at all of its positions', () => {
    const other = floats([2, 2, 2], 0.8, 0.2, 0.4, 0.6, 0.1, 0.9, 0.3, 0.7);
    expect(compare(dense, other, 2)).toEqual({
      total: 0.75,
      samples: 0.5,
      count: 2,
      outputs: [{ name: 'y', kind: 'classes', agreement: 0.75, elements: 8 }],
      notices: [],
    });
  });

  it('does not agree where an answer is NaN', () => {
    const other = floats([2, 2, 2], 0.8, Number.NaN, 0.4, 0.6, Number.NaN, Number.NaN, 0.3, 0.7);
    expect(compare(dense, other, 2)).toMatchObject({ total: 0.5, samples: 0 });
  });

  it('says so where the answers before are NaN', () => {
    const broken = floats([1, 2], Number.NaN, 1);
    expect(compare(broken, broken)).toMatchObject({ total: 0, notices: [{ code: 'nan-answers' }] });
    expect(compare(broken, broken).notices[0]?.message).toContain('1 of 2 of "y"');
    expect(compare(dense, floats([2, 2, 2], ...Array(8).fill(Number.NaN)), 2).notices).toEqual([]);
  });

  it('is one because of all samples: a later row with another sum makes it probabilities', () => {
    const tally = createAgreement();
    tally.add(dense, dense);
    tally.add(floats([1, 2], 0.9, 0.9), floats([1, 2], 0.9, 0.1));
    expect(tally.finish().outputs[0]).toMatchObject({ kind: 'probabilities', agreement: 10 / 11 });
  });
});

describe('an output named as classes', () => {
  it('ranks logits on the last axis, or on the one that is told', () => {
    const [a, b] = [floats([1, 2, 2], 5, 1, -3, 2), floats([1, 2, 2], 4, 3, 9, 2)];
    expect(compare(a, b, 1, { classes: ['y'] }).total).toBe(0.5);
    expect(compare(a, b, 1, { classes: { y: 1 } }).outputs).toEqual([
      { name: 'y', kind: 'classes', agreement: 0, elements: 4 },
    ]);
  });

  it('that there is not, or on no axis, is an error', () => {
    const one = floats([1, 2], 0, 1);
    expect(() => compare(one, one, 1, { classes: ['z'] })).toThrow('"z"');
    expect(() => compare(one, one, 1, { classes: { y: 2 } })).toThrow('axis 2');
    expect(() => createAgreement({ classes: 'y' as never })).toThrow(TypeError);
  });
});

describe('an output of probabilities', () => {
  it('agrees by the Dice overlap of what is above a half', () => {
    const [a, b] = [floats([4], 0.9, 0.8, 0.1, 0.3), floats([4], 0.6, 0.2, 0.7, 0.4)];
    expect(compare(a, b)).toMatchObject({ total: 0.5, samples: 0, outputs: [{ kind: 'probabilities' }] });
  });

  it('counts a NaN as wrong wherever it is', () => {
    const a = floats([3], 0.9, 0.8, 0.1);
    expect(compare(a, floats([3], 0.9, Number.NaN, 0.1)).total).toBe(2 / 3);
    expect(compare(a, floats([3], 0.9, 0.9, Number.NaN)).total).toBe(4 / 5);
  });

  it('is compared as values where nothing is above a half before', () => {
    const a = floats([4], 0, 0.1, 0.2, 0.3);
    expect(compare(a, floats([4], 0, 0, 0, 0)).outputs[0]).toMatchObject({ kind: 'values', agreement: 0 });
    expect(compare(a, a).total).toBe(1);
  });
});

describe('an output of values', () => {
  it('agrees by the variance that is explained', () => {
    const [a, b] = [floats([1, 4], 1, 2, 3, 4), floats([1, 4], 1, 2, 3, 5)];
    expect(compare(a, b).total).toBeCloseTo(1 - 1 / 5, 12);
    expect(compare(a, floats([1, 4], 9, 9, 9, 9)).total).toBe(0);
  });

  it('keeps its digits far from 0', () => {
    const far = (...numbers: number[]): Answers => ({
      y: { data: Float64Array.from(numbers, (n) => 1e8 + n), dims: [4] },
    });
    expect(compare(far(1, 2, 3, 4), far(1, 2, 3, 5)).total).toBeCloseTo(0.8, 9);
  });

  it('loses the share that is no number', () => {
    expect(compare(floats([4], 1, 2, 3, 4), floats([4], 1, 2, 3, Number.NaN)).total).toBe(0.75);
    expect(
      compare(floats([2], 1, Number.POSITIVE_INFINITY), floats([2], 1, Number.POSITIVE_INFINITY)).total,
    ).toBe(1);
  });

  it('is answered as before up to a twentieth of the variance of all', () => {
    const [a, b] = [floats([2, 2], 0, 2, 4, 6), floats([2, 2], 0, 2.1, 4, 8)];
    expect(compare(a, b, 2).samples).toBe(0.5);
  });

  it('that never changes agrees only with itself', () => {
    expect(compare(floats([2], 3, 3), floats([2], 3, 3)).total).toBe(1);
    expect(compare(floats([2], 3, 3), floats([2], 3, 4)).total).toBe(0);
  });
});

it('labels agree where they are equal', () => {
  const labels = (...numbers: number[]): Answers => ({ y: { data: Int32Array.from(numbers), dims: [4] } });
  expect(compare(labels(1, 2, 3, 4), labels(1, 2, 3, 5), 4)).toMatchObject({ total: 0.75, samples: 0.75 });
  const texts = (...list: string[]): Answers => ({ y: { data: list, dims: [2] } });
  expect(compare(texts('a', 'b'), texts('a', 'c')).outputs[0]).toMatchObject({
    kind: 'labels',
    agreement: 0.5,
  });
});

describe('several outputs', () => {
  it('agree as much as the one that agrees least', () => {
    const both = (one: number, two: number): Answers => ({
      one: { data: Int32Array.of(1, one), dims: [2] },
      two: { data: Int32Array.of(1, 2, 3, two), dims: [4] },
    });
    expect(compare(both(1, 4), both(0, 0))).toMatchObject({ total: 0.5, samples: 0 });
    expect(compare(both(1, 4), both(1, 0)).total).toBe(0.75);
  });

  it('of other names, types or shapes than before are an error', () => {
    const one = floats([2], 1, 2);
    const refused = expect.objectContaining({ code: 'answer-mismatch' });
    expect(() => compare(one, { z: one.y! })).toThrow(refused);
    expect(() => compare(one, floats([1, 2], 1, 2))).toThrow(refused);
    expect(() => compare(one, { y: { data: Int32Array.of(1, 2), dims: [2] } })).toThrow(refused);
    expect(() => compare(one, floats([2], 1))).toThrow(refused);
  });

  it('of other shapes disagree where that is asked for', () => {
    const tally = createAgreement({ shapes: 'disagree' });
    tally.add(floats([2], 1, 2), floats([3], 1, 2, 3));
    tally.add(floats([2], 1, 2), floats([2], 1, 2));
    expect(tally.finish()).toMatchObject({ total: 0.5, samples: 0.5, count: 2 });
  });
});

it('a metric of the caller makes the total, and NaN of it is 0', () => {
  const tally = createAgreement({ metric: (a, b) => (a === b ? 1 : Number.NaN) });
  const [one, other] = [floats([1], 1), floats([1], 1)];
  tally.add(one, one, 1);
  tally.add(one, other, 1);
  expect(tally.finish()).toMatchObject({ total: 0.5, samples: 1 });
});

it('is in [0, 1] whatever the answers, and 1 for equal finite ones', () => {
  const number = fc.oneof(fc.double({ min: 0, max: 1 }), fc.double(), fc.constant(Number.NaN));
  const list = fc.array(number, { minLength: 6, maxLength: 6 });
  fc.assert(
    fc.property(list, list, (a, b) => {
      const { total, samples } = compare(floats([3, 2], ...a), floats([3, 2], ...b), 3);
      expect(total >= 0 && total <= 1 && samples >= 0 && samples <= 1).toBe(true);
      const finite = a.map((value) => (Number.isFinite(Math.fround(value)) ? value : 0));
      expect(compare(floats([3, 2], ...finite), floats([3, 2], ...finite), 3)).toMatchObject({
        total: 1,
        samples: 1,
      });
    }),
  );
});
