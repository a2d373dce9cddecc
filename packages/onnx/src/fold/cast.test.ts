import { describe, expect, it } from 'vitest';
import type { Element } from '../elements/element.js';
import { codeOf, type ElementType } from '../elements/element-type.js';
import { createGraph } from '../graph/graph.js';
import { pairs } from '../testing/element-values.js';
import { runNode } from '../testing/reference.js';
import { fold } from './fold.js';

const types: readonly ElementType[] = [
  ...(['float32', 'float64', 'float16', 'bfloat16', 'bool'] as const),
  ...(['int8', 'int16', 'int32', 'int64', 'uint8', 'uint16', 'uint32', 'uint64'] as const),
];

function cast(from: ElementType, to: ElementType, elements: readonly Element[]) {
  const shape = [elements.length];
  const input = createGraph('test/', 23).constant({ type: from, shape }, elements);
  return fold('Cast', [input], { to: codeOf(to) }, [{ type: to, shape }])?.[0];
}

describe('casts as the runtime does', () => {
  for (const from of types) {
    it(`from ${from} to every type`, async () => {
      const all = pairs(from, 600).map(([element]) => element);
      for (const to of types) {
        const known = all.filter((element) => cast(from, to, [element]) !== undefined);
        expect(known.length, to).toBeGreaterThan(all.length / 8);
        const input = { type: from, shape: [known.length], elements: known };
        const results = await runNode('Cast', [input], { to: codeOf(to) }, [to]);
        const ours = cast(from, to, known)!;
        const theirs = results![0]!.elements;
        const differing = known.flatMap((element, at) =>
          Object.is(ours[at], theirs[at]) ? [] : [[element, ours[at], theirs[at]]],
        );
        expect(differing, to).toEqual([]);
      }
    });
  }
});

it('wraps integers into narrower ones', () => {
  expect(cast('int64', 'int32', [2n ** 32n + 5n, -1n, 2n ** 31n])).toEqual([5, -1, -(2 ** 31)]);
  expect(cast('int32', 'uint8', [257, -1])).toEqual([1, 255]);
  expect(cast('int64', 'uint64', [-1n])).toEqual([18446744073709551615n]);
  expect(cast('uint64', 'int64', [2n ** 63n])).toEqual([-(2n ** 63n)]);
});

it('cuts floats towards zero', () => {
  expect(cast('float32', 'int64', [2.9, -2.9, -0.5])).toEqual([2n, -2n, 0n]);
});

it('rounds 64-bit integers once', () => {
  // 2⁶⁰ + 2³⁶ + 1 lies just above a tie of float32, and on it once it is a float64.
  expect(cast('int64', 'float32', [2n ** 60n + 2n ** 36n + 1n])).toEqual([2 ** 60 + 2 ** 37]);
  expect(cast('int64', 'float32', [2n ** 60n + 2n ** 36n])).toEqual([2 ** 60]);
});

it('leaves to the runtime what the standard leaves open', () => {
  expect(cast('float32', 'int32', [2 ** 31])).toBeUndefined();
  expect(cast('float32', 'uint8', [-1])).toBeUndefined();
  expect(cast('float32', 'int64', [Number.NaN])).toBeUndefined();
});

it('leaves to the runtime what is rounded once by some and twice by others', () => {
  // Just above a tie of float16 as a float64, on it as a float32.
  expect(cast('float64', 'float16', [1 + 2 ** -11 + 2 ** -40])).toBeUndefined();
  expect(cast('float64', 'float16', [1 + 2 ** -11 + 2 ** -20])).toEqual([1 + 2 ** -10]);
});
