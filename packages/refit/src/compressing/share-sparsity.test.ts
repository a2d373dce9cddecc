import { describe, expect, it } from 'vitest';
import { type SharedSparsity, type SharedWeight, shareSparsity } from './share-sparsity.js';

const matrix = (name: string, rows: number, features: number, parts = 1): SharedWeight => {
  const elements = parts * rows * features;
  return { name, shape: [rows * parts, features], elements, parts, rows, features };
};

const total = (weights: readonly SharedWeight[], shares: readonly number[]) =>
  weights.reduce((sum, { elements }, i) => sum + elements * shares[i]!, 0);

describe('shareSparsity', () => {
  const two = [matrix('a', 10, 10), matrix('b', 100, 10)];

  it('keeps (rows + features) / (rows · features) of each in proportion, unless told', () => {
    // Densities 0.2 and 0.11 by a factor: 20 x + 110 x = 550, as half of 1,100 elements stays.
    const shares = shareSparsity('caller', two, 0.5);
    expect(shares[0]).toBeCloseTo(1 - (0.2 * 550) / 130, 12);
    expect(shares[1]).toBeCloseTo(1 - (0.11 * 550) / 130, 12);
    expect(shareSparsity('caller', two, 0.5, { distribution: 'erk' })).toEqual(shares);
  });

  it('leaves the smallest whole where they would keep more than all, and takes it of the others', () => {
    const depthwise = matrix('depthwise', 1, 9, 32);
    const weights = [depthwise, matrix('large', 64, 64)];
    const shares = shareSparsity('caller', weights, 0.5);
    expect(shares[0]).toBe(0);
    expect(total(weights, shares)).toBeCloseTo(0.5 * (288 + 4096), 9);
  });

  it('counts each part as a matrix of its own', () => {
    const together = [matrix('both', 10, 10, 2), matrix('b', 100, 10)];
    const apart = [matrix('one', 10, 10), matrix('other', 10, 10), matrix('b', 100, 10)];
    const [both, b] = shareSparsity('caller', together, 0.5);
    expect(shareSparsity('caller', apart, 0.5)).toEqual([both, both, b]);
  });

  it('takes uniform, names and functions as they say', () => {
    expect(shareSparsity('caller', two, 0.3, { distribution: 'uniform' })).toEqual([0.3, 0.3]);
    expect(shareSparsity('caller', two, 0.3, { distribution: { b: 0.9, a: 0 } })).toEqual([0, 0.9]);
    const distribution: SharedSparsity = (weights, sparsity) => weights.map(() => sparsity / 2);
    expect(shareSparsity('caller', two, 0.3, { distribution })).toEqual([0.15, 0.15]);
  });

  it('is uniform where N of M stay, unless told', () => {
    const pattern = { kind: 'n:m', keep: 2, of: 4, axis: 1 } as const;
    expect(shareSparsity('caller', two, 0.5, { pattern })).toEqual([0.5, 0.5]);
    expect(shareSparsity('caller', two, 0.25, { pattern, distribution: { a: 0.5, b: 0 } })).toEqual([0.5, 0]);
    const blocks = { kind: 'block', shape: [2, 2] } as const;
    expect(shareSparsity('caller', two, 0.5, { pattern: blocks })).toEqual(shareSparsity('caller', two, 0.5));
  });

  it('gives nothing for no weights', () => {
    expect(shareSparsity('caller', [], 0.5)).toEqual([]);
  });

  it('refuses names that are missing or unknown, and what is no fraction', () => {
    const refused = (distribution: object) =>
      expect(() => shareSparsity('caller', two, 0.5, { distribution: distribution as never }));
    refused({ a: 0.5 }).toThrow(
      new TypeError(
        'caller needs distribution to have a sparsity for each weight, got none for "b"; or leave out by select',
      ),
    );
    refused({ a: 0.5, b: 0.5, c: 0.5 }).toThrow(TypeError);
    refused({ a: 0.5, b: 1.5 }).toThrow(RangeError);
    refused({ a: 0.5, b: '0.5' }).toThrow(TypeError);
    refused(() => [0.5]).toThrow(expect.objectContaining({ code: 'invalid-sparsity' }));
    refused(() => [0.5, Number.NaN]).toThrow(expect.objectContaining({ code: 'invalid-sparsity' }));
  });
});
