import { constantSparsity, createPruner, magnitudeOf, randomScore } from '@synaprune/core';
import { describe, expect, inject, it } from 'vitest';
import type { HostKernels } from '../../kernels.js';
import { scriptKernels } from '../../script-kernels.js';
import { createWasmKernels } from '../../wasm-kernels.js';
import { storedBackend, storedBackendOn } from '../stored-backend.js';
import type { AnyWeight, CodedWeight } from '../stored-weight.js';
import { withCodes } from '../with-codes.js';
import type { CodeBook } from './code-book.js';
import { halfBook } from './half-book.js';
import { scriptCodeLoops } from './script-code-loops.js';
import { createWasmCodeLoops } from './wasm-code-loops.js';

/*
 * The oracle: the same magnitudes as float32, pruned by the backend that is held to the conformance kit. Its masks say
 * which codes become zero.
 */

let state = 1;
const random = (): number => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return state / 2 ** 32;
};
const gauss = (): number => random() + random() + random() - 1.5;

/** A code of so many bits, by how numbers are spread. */
const SPREADS: Record<string, (bits: number) => number> = {
  bell: (bits) => (0.5 + gauss() / 3) * 2 ** bits,
  even: (bits) => random() * 2 ** bits,
  'mostly zero': (bits) => (random() < 0.9 ? 2 ** (bits - 1) : random() * 2 ** bits),
  'all equal': () => 77,
  'two values': (bits) => (random() < 0.5 ? 3 : 2 ** bits - 5),
  'few values': (bits) => 2 ** (bits - 1) + Math.floor(5 * gauss()),
  // Of float16 these are infinities and NaN, subnormals, and zeros of either sign.
  'with all exponents': (bits) =>
    (random() < 0.5 ? 2 ** bits - 1 : 2 ** (bits - 1) - 1) - random() * 2 ** (bits - 6),
  'tiny and zero': (bits) => (random() < 0.5 ? 0 : 2 ** (bits - 1)) + random() * 4,
};

/** Integers with a scale and a zero point for each row. */
function affine(bits: 8 | 16, rows: number, run: number): CodeBook {
  const scales = Array.from({ length: rows }, (_, row) =>
    row === 2 ? 0 : Math.fround(0.01 + 0.3 * random()),
  );
  const zeros = Array.from({ length: rows }, () => Math.floor(random() * 2 ** bits));
  return {
    bits,
    rows,
    run,
    zeros,
    magnitudes: (row, into) => {
      for (let code = 0; code < into.length; code += 1)
        into[code] = magnitudeOf((code - zeros[row]!) * scales[row]!);
    },
  };
}

interface Case {
  readonly weight: CodedWeight;
  readonly codes: Uint8Array | Uint16Array;
  readonly rows: (i: number) => number;
}

function caseOf(elements: number, spread: (bits: number) => number, book: CodeBook, skew: number): Case {
  const Codes = book.bits === 8 ? Uint8Array : Uint16Array;
  const codes = new Codes(elements).map(() => spread(book.bits));
  const bytes = new Uint8Array(codes.byteLength + 3).subarray(skew, skew + codes.byteLength);
  bytes.set(new Uint8Array(codes.buffer));
  const { rows = 1, run = 1 } = book;
  return {
    weight: { bytes, shape: [elements], codes: book },
    codes,
    rows: (i) => Math.floor(i / run) % rows,
  };
}

/** What the codes rank by, as a weight of float32. */
function oracleOf({ codes, weight, rows }: Case): Float32Array {
  const size = 2 ** weight.codes.bits;
  const table = new Int32Array(size * (weight.codes.rows ?? 1));
  for (let row = 0; row * size < table.length; row += 1)
    weight.codes.magnitudes(row, table.subarray(row * size, (row + 1) * size));
  const ranks = Int32Array.from(codes, (code, i) => table[rows(i) * size + code]!);
  return new Float32Array(ranks.buffer);
}

async function compare(
  kernels: HostKernels,
  cases: readonly Case[],
  floats: readonly Float32Array[],
  score = {},
) {
  const pruner = (weights: readonly AnyWeight[]) =>
    createPruner({
      backend: storedBackendOn(kernels),
      weights: weights.map((weight, i) => ({ name: `${i}`, weight })),
      schedule: (position) => position / 10,
      ...score,
    });
  const own = pruner([...cases.map(({ weight }) => weight), ...floats.map((each) => each.slice())]);
  const oracle = pruner([...cases.map(oracleOf), ...floats.map((each) => each.slice())]);
  for (const position of [3, 8, 8.5]) {
    await own.update(position);
    await oracle.update(position);
    const [masks, wanted] = [await own.masks(), await oracle.masks()];
    for (const [i, { bits, kept }] of wanted.entries()) {
      expect(masks[i]!.kept).toBe(kept);
      expect(Buffer.compare(masks[i]!.bits, bits)).toBe(0);
    }
    for (const [c, { weight, codes, rows }] of cases.entries()) {
      const { zeros } = weight.codes;
      const left = codes.map((code, i) =>
        (wanted[c]!.bits[i >> 3]! >> (i & 7)) & 1 ? code : zeros[rows(i)]!,
      );
      expect(Buffer.compare(weight.bytes, new Uint8Array(left.buffer))).toBe(0);
    }
  }
}

describe.each([
  ['WASM', withCodes(createWasmKernels()!, createWasmCodeLoops()!)],
  ['plain TypeScript', withCodes(scriptKernels, scriptCodeLoops)],
])('codes are pruned as the float32 they stand for, %s', (_, kernels) => {
  it.each(Object.keys(SPREADS))('%s', async (name) => {
    const spread = SPREADS[name]!;
    const books = [
      affine(8, 1, 1),
      affine(8, 7, 9),
      affine(8, 100, 1),
      affine(16, 1, 1),
      affine(16, 3, 1000),
      halfBook('float16'),
      halfBook('float16'),
      halfBook('bfloat16'),
    ];
    const cases = () => books.map((book, i) => caseOf(20_000 + 7 * i, spread, book, i % 3));
    const ways = [
      () => compare(kernels, cases(), []),
      () => compare(kernels, cases(), [Float32Array.from({ length: 30_001 }, gauss)]),
      () => compare(kernels, cases(), [], { distribution: 'uniform' }),
      () => compare(kernels, cases(), [], { score: randomScore({ seed: 3 }) }),
    ];
    // In turn, each by two spreads, unless all is run.
    const turn = Object.keys(SPREADS).indexOf(name) % ways.length;
    for (const way of inject('whole') ? ways : [ways[turn]!]) await way();
  });
});

it('zeros what is dropped again after it was written', async () => {
  const one = caseOf(100, SPREADS.even!, affine(8, 10, 10), 1);
  const pruner = createPruner({
    backend: storedBackend(),
    weights: [{ name: 'w', weight: one.weight }],
    schedule: constantSparsity(0.5),
  });
  await pruner.update(0);
  const pruned = one.weight.bytes.slice();
  const { bits } = (await pruner.masks())[0]!;
  for (let i = 0; i < 100; i += 1) if (((bits[i >> 3]! >> (i & 7)) & 1) === 0) one.weight.bytes[i]! ^= 0x55;
  await pruner.enforce();
  expect(one.weight.bytes).toEqual(pruned);
});

it('refuses what is no weight of codes', () => {
  const { shape } = storedBackend();
  const bytes = new Uint8Array(4);
  const codes = { bits: 8, magnitudes: () => {}, zeros: [0] } as const;
  expect(shape({ bytes, shape: [4], codes })).toEqual([4]);
  const wrong = [
    { ...codes, zeros: [] },
    { ...codes, bits: 4 },
    { ...codes, rows: 2, zeros: [0, 0] },
  ];
  for (const each of wrong)
    expect(() => shape({ bytes, shape: [4], codes: each as never })).toThrow(TypeError);
  expect(() => shape({ bytes, shape: [3], codes })).toThrow(
    expect.objectContaining({ code: 'weight-changed' }),
  );
  expect(() => shape({ bytes, shape: [2], format: 'float32' })).toThrow(/needs 2 values, got 1/);
});
