import { describe, expect, it } from 'vitest';
import {
  applySelect,
  blockCounts,
  countBits,
  elementBudget,
  erk,
  packedLength,
  packMemory,
  publishedBudget,
  randomMagnitude,
  rankSigned,
  selectWeights,
  toBase64,
  walkBlocks,
} from './index.js';

/** Calls as JavaScript makes them, which no type holds back. */
type Call = (...given: never[]) => unknown;

const NO_NUMBER = [undefined, null, 'a', Symbol('x'), 10n, {}, [], true];
const NO_COUNT = [Number.NaN, Number.POSITIVE_INFINITY, -1, 1.5, 2 ** 53];
const NO_FRACTION = [Number.NaN, Number.POSITIVE_INFINITY, -1, 2];
const NO_LIST = [undefined, null, 3, 'ab', Symbol('x'), 10n, {}, { length: 2 }];
const NO_BYTES = [...NO_LIST, [1, 2], new Float32Array(2), new ArrayBuffer(2)];

function refuses(call: Call, values: readonly unknown[], kind: typeof TypeError | typeof RangeError): void {
  for (const value of values) {
    const wrong = () => (call as (given: unknown) => unknown)(value);
    expect(wrong, String(value)).toThrow(kind);
    expect(wrong, String(value)).toThrow(/ needs .*, got /);
  }
}

describe('a wrong argument is told in words, by', () => {
  it.each<[string, Call]>([
    ['elementBudget', (total) => elementBudget(0.5, total)],
    ['publishedBudget', (total) => publishedBudget(0.5, total)],
    ['packedLength', packedLength],
    ['randomMagnitude of a seed', (seed) => randomMagnitude(seed, 0)],
    ['randomMagnitude of an index', (index) => randomMagnitude(1, index)],
    ['blockCounts of a shape', (edge) => blockCounts([edge], [1])],
    ['blockCounts of edges', (edge) => blockCounts([1], [edge])],
    ['walkBlocks', (edge) => walkBlocks([1], [edge], () => {})],
    ['packMemory of a shape', (edge) => packMemory([{ shape: [edge], values: new Float32Array(1) }])],
  ])('%s, which needs a whole number', (_, call) => {
    refuses(call, NO_NUMBER, TypeError);
    refuses(call, NO_COUNT, RangeError);
  });

  it.each<[string, Call]>([
    ['elementBudget', (sparsity) => elementBudget(sparsity, 5)],
    ['erk', (sparsity) => erk([{ name: 'kernel', shape: [2], elements: 2 }], sparsity)],
  ])('%s, which needs a fraction', (_, call) => {
    refuses(call, NO_NUMBER, TypeError);
    refuses(call, NO_FRACTION, RangeError);
  });

  it.each<[string, Call]>([
    ['countBits', countBits],
    ['toBase64', toBase64],
  ])('%s, which needs bytes', (_, call) => {
    refuses(call, NO_BYTES, TypeError);
  });

  it.each<[string, Call]>([
    ['blockCounts of a shape', (shape) => blockCounts(shape, [])],
    ['blockCounts of edges', (edges) => blockCounts([], edges)],
    ['erk', (weights) => erk(weights, 0.5)],
    ['erk of a weight', (weight) => erk([weight], 0.5)],
    ['erk of a shape', (shape) => erk([{ name: 'kernel', shape, elements: 2 }], 0.5)],
    ['packMemory', packMemory],
    ['packMemory of one', (memory) => packMemory([memory])],
    ['packMemory of values', (values) => packMemory([{ shape: [2], values }])],
    ['applySelect', (weights) => applySelect('prune', weights, undefined)],
    ['applySelect with a selector', (weights) => applySelect('prune', weights, 'kernel')],
    ['applySelect of a weight', (weight) => applySelect('prune', [weight], undefined)],
    ['selectWeights', (weights) => selectWeights(weights, ['kernel'])],
    ['selectWeights of a weight', (weight) => selectWeights([weight], ['kernel'])],
  ])('%s, which needs a list', (_, call) => {
    refuses(call, NO_LIST, TypeError);
  });

  it('publishedBudget, which needs 0 or above', () => {
    refuses((sparsity) => publishedBudget(sparsity, 5), NO_NUMBER, TypeError);
    refuses(
      (sparsity) => publishedBudget(sparsity, 5),
      [Number.NaN, Number.POSITIVE_INFINITY, -1],
      RangeError,
    );
    expect(() => publishedBudget(-1, 5)).toThrow('publishedBudget needs sparsity of at least 0, got -1');
  });

  it('rankSigned, which needs an arithmetic', () => {
    refuses((arithmetic) => rankSigned(arithmetic, 1 as never), [undefined, null, 3, {}, []], TypeError);
  });

  it('blockCounts, which needs an edge of 1 or more for each axis', () => {
    expect(() => blockCounts([4, 4], [2])).toThrow(
      'blockCounts needs edges to be as long as shape, got an array of 1',
    );
    expect(() => blockCounts([4], [0])).toThrow(
      'blockCounts needs edges[0] to be a whole number of at least 1, got 0',
    );
    expect(() => blockCounts([4, 4], Array(2))).toThrow(
      'blockCounts needs edges[0] to be a number, got undefined',
    );
  });

  it('packMemory, which needs as many values as the shape has', () => {
    expect(() => packMemory([{ shape: [2, 2], values: new Float32Array(3) }])).toThrow(
      new RangeError('packMemory needs 4 values for [2,2], got 3'),
    );
  });

  it('erk, which needs weights with shapes', () => {
    expect(() => erk([{ name: 'kernel' } as never], 0.5)).toThrow(
      new TypeError('erk needs weights to be a list of { name, shape }, got an array of 1'),
    );
  });
});

it('an index beyond 32 bits has a random magnitude still', () => {
  expect(randomMagnitude(7, 2 ** 32)).not.toBe(randomMagnitude(7, 0));
  expect(randomMagnitude(7, 2 ** 53 - 1)).toBeGreaterThanOrEqual(0x10000000);
});
