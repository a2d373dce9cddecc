import { describe, expect, it } from 'vitest';
import { broadcastTo, createCutCounter, expandMasks, fullMask, holdsDropped, hostBackend } from './index.js';

/** Calls as JavaScript makes them, which no type holds back. */
type Call = (...given: never[]) => unknown;

const NO_LIST = [undefined, null, 3, 'ab', Symbol('x'), 10n, {}];
const value = { shape: [1], values: Float32Array.of(1) };
const weight = Float32Array.of(1, 2);

describe('a wrong argument is told in words, by', () => {
  it.each<[string, Call, readonly unknown[]]>([
    [
      'fullMask',
      fullMask,
      [...NO_LIST, Number.NaN, Number.POSITIVE_INFINITY, -5, 1.5, 2 ** 53].filter((n) => n !== 3),
    ],
    ['createCutCounter', createCutCounter, [...NO_LIST, [Number.NaN], [10n], [-1], [1.5], [undefined]]],
    ['expandMasks', (masks) => expandMasks(masks, new Uint8Array(2)), [...NO_LIST, [null], [{}]]],
    ['expandMasks into', (into) => expandMasks([], into), [...NO_LIST, [1], new Float32Array(2)]],
    ['holdsDropped', (mask) => holdsDropped(weight, mask), NO_LIST],
    [
      'broadcastTo a shape',
      (shape) => broadcastTo(value, shape),
      [...NO_LIST, [-1], [1e20], [Number.NaN], [10n]],
    ],
    ['broadcastTo of', (given) => broadcastTo(given, [2]), [...NO_LIST, { shape: [1], values: [1] }]],
    [
      'a shape of a weight',
      (edge) => hostBackend().shape({ values: new Float32Array(10), shape: [edge] }),
      [undefined, null, '10', 10n, Symbol('x'), [10], Number.NaN, -10, 2.5, 1e300],
    ],
  ])('%s', (_, call, values) => {
    for (const given of values) {
      const wrong = () => (call as (given: unknown) => unknown)(given);
      expect(wrong, String(given)).toThrow(/^(a host weight|[a-zA-Z]+) needs .*, got /);
    }
  });

  it('a weight whose edge is a bigint, as its type', () => {
    const { shape } = hostBackend();
    const values = new Float32Array(10);
    expect(() => shape({ values, shape: [10n as never] })).toThrow(
      new TypeError('a host weight needs shape[0] to be a number, got 10n'),
    );
    expect(() => shape({ values, shape: [Number.NaN] })).toThrow(
      new RangeError('a host weight needs a finite `shape[0]`, got NaN'),
    );
    expect(shape({ values, shape: [2, 5] })).toEqual([2, 5]);
  });

  it('holdsDropped of a mask of another length', () => {
    expect(() => holdsDropped(weight, fullMask(3))).toThrow(
      new RangeError('holdsDropped needs a mask of 2 elements, got one of 3'),
    );
  });

  it('holdsDropped of no weight', () => {
    for (const given of NO_LIST) {
      expect(() => holdsDropped(given as never, fullMask(2)), String(given)).toThrow(
        /^a host weight is a Float32Array/,
      );
    }
  });

  it('createCutCounter of magnitudes that fall, and expandMasks of another length', () => {
    expect(() => createCutCounter([1, 3, 2])).toThrow(
      'createCutCounter needs magnitudes to ascend, got 2 after 3',
    );
    expect(() => expandMasks([fullMask(3)], new Uint8Array(2))).toThrow(
      'expandMasks needs masks of 2 elements, got one of 3',
    );
  });
});
