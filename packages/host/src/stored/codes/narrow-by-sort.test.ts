import { magnitudeOf } from '@synaprune/core';
import { describe, expect, inject, it } from 'vitest';
import { fullMask } from '../../host-weight.js';
import type { CodeBook } from './code-book.js';
import type { CodeLoops } from './code-loops.js';
import { createCoded } from './coded.js';
import { distancesOf } from './distances.js';
import { halfBook } from './half-book.js';
import { scriptCodeLoops } from './script-code-loops.js';
import { createWasmCodeLoops } from './wasm-code-loops.js';

/*
 * The oracle: every kept element with its magnitude, worked out one by one from what its code stands for, sorted by
 * magnitude, weight and index. What is dropped are the first of them.
 */

let state = 7;
const random = (): number => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return state / 2 ** 32;
};

interface Kind {
  readonly bits: 8 | 16;
  readonly signed?: boolean;
  readonly rows?: number;
  readonly run?: number;
  readonly scale?: (row: number) => number;
  readonly zero?: (row: number) => number;
  readonly half?: 'float16' | 'bfloat16';
  /** Index of the first element. */
  readonly first?: number;
}

const usualScale = (row: number) => Math.fround(0.01 + (row % 7) / 16);

function numberOf({ bits, signed = false }: Kind, code: number): number {
  return signed && code >= 2 ** (bits - 1) ? code - 2 ** bits : code;
}

function rankOf(kind: Kind, code: number, row: number): number {
  const { bits, half, scale = usualScale, zero = () => 0 } = kind;
  if (half === 'bfloat16') return (code & 0x7fff) << 16;
  if (half === 'float16') {
    const [exponent, fraction] = [(code >> 10) & 31, code & 1023];
    if (exponent === 31) return 0x7f800000 | (fraction << 13);
    return magnitudeOf(exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15));
  }
  return magnitudeOf((numberOf(kind, code) - numberOf(kind, zero(row) & (2 ** bits - 1))) * scale(row));
}

const books = new Map<Kind, CodeBook>();

function bookOf(kind: Kind): CodeBook {
  const { bits, half, rows = 1, run, zero = () => 0 } = kind;
  if (half !== undefined) return halfBook(half);
  const known = books.get(kind);
  if (known !== undefined) return known;
  const tables = Array.from({ length: rows }, (_, row) =>
    Int32Array.from({ length: 2 ** bits }, (_, code) => rankOf(kind, code, row)),
  );
  const book: CodeBook = {
    bits,
    ...(rows === 1 ? {} : { rows, run: run! }),
    zeros: Array.from({ length: rows }, (_, row) => zero(row) & (2 ** bits - 1)),
    magnitudes: (row, into) => into.set(tables[row]!),
  };
  books.set(kind, book);
  return book;
}

const rowOf = ({ rows = 1, run = 1, first = 0 }: Kind, i: number): number =>
  rows === 1 ? 0 : Math.floor((first + i) / run) % rows;

/** A weight in bytes at an odd offset, a part of it dropped. */
function weightOf(kind: Kind, elements: number, spread: (bits: number) => number, keeps: () => boolean) {
  const codes = Array.from({ length: elements }, () => Math.floor(spread(kind.bits)) & (2 ** kind.bits - 1));
  const bytes = new Uint8Array((elements * kind.bits) / 8 + 1).subarray(1);
  for (const [i, code] of codes.entries()) {
    if (kind.bits === 8) bytes[i] = code;
    else [bytes[2 * i], bytes[2 * i + 1]] = [code & 255, code >> 8];
  }
  const { words } = fullMask(elements);
  for (let i = 0; i < elements; i += 1) if (!keeps()) words[i >> 5]! &= ~(1 << (i & 31));
  return {
    kind,
    codes,
    words,
    run: { ...createCoded(bytes, bookOf(kind), elements, kind.first ?? 0).run, words },
  };
}

type Weight = ReturnType<typeof weightOf>;

const isKept = (words: Int32Array, i: number): boolean => ((words[i >> 5]! >> (i & 31)) & 1) === 1;

function check(loops: CodeLoops, weights: readonly Weight[], part: number): void {
  const places = weights.flatMap(({ words, codes }, w) =>
    Array.from(codes.keys()).flatMap((i) => (isKept(words, i) ? [{ w, i }] : [])),
  );
  if (places.length === 0) return;
  // Rank, and of equals the place: both in one number, which a float64 holds exactly.
  const order = Float64Array.from(places, ({ w, i }, place) => {
    const { kind, codes } = weights[w]!;
    return rankOf(kind, codes[i]!, rowOf(kind, i)) * places.length + place;
  }).sort();
  const rank = Math.max(1, Math.floor(part * places.length));
  const { magnitude, ties } = loops.select(
    weights.map(({ run }) => run),
    places.length,
    rank,
  );
  const lowest = order.subarray(0, rank);
  const rankIn = (key: number) => Math.floor(key / places.length);
  const last = rankIn(order[rank - 1]!);
  expect(magnitude).toBe(last);
  expect(ties).toBe(lowest.filter((key) => rankIn(key) === last).length);
  const below = weights.reduce((sum, { run }) => sum + loops.count(run, magnitude), 0);
  expect(below).toBe(rank - ties);
  const dropped = weights.map(() => new Set<number>());
  for (const key of lowest) {
    const { w, i } = places[key % places.length]!;
    dropped[w]!.add(i);
  }
  let left = ties;
  for (const [w, { kind, codes, words, run }] of weights.entries()) {
    const before = words.slice();
    left = loops.drop(run, magnitude, left);
    const size = kind.bits / 8;
    const { zeros: ownZeros } = run.book;
    const expected = Uint8Array.from(run.bytes);
    const zeros = { kept: 0, all: 0 };
    let wrong = 0;
    for (const [i, code] of codes.entries()) {
      const stays = isKept(before, i) && !dropped[w]!.has(i);
      if (isKept(words, i) !== stays) wrong += 1;
      const zero = ownZeros[rowOf(kind, i)]!;
      const now = stays ? code : zero;
      expected[size * i] = now & 255;
      if (size === 2) expected[2 * i + 1] = now >> 8;
      const isZero = kind.half === undefined ? now === zero : (now & 0x7fff) === 0;
      if (isZero) zeros.all += 1;
      if (isZero && stays) zeros.kept += 1;
    }
    expect(wrong).toBe(0);
    expect(Buffer.compare(run.bytes, expected)).toBe(0);
    expect(loops.countZeros(run)).toEqual(zeros);
  }
  expect(left).toBe(0);
}

const bell = (bits: number) => (0.5 + (random() + random() + random() - 1.5) / 3) * 2 ** bits;
const SPREADS: Record<string, (bits: number) => number> = {
  bell,
  even: (bits) => random() * 2 ** bits,
  'all equal': () => 77,
  'two values': (bits) => (random() < 0.5 ? 3 : 2 ** bits - 5),
  'mostly the middle': (bits) => (random() < 0.9 ? 2 ** (bits - 1) : bell(bits)),
  // Subnormals, zeros of either sign, infinities and NaN of halves; all that is near the ends of integers.
  ends: (bits) =>
    (random() < 0.5 ? 0 : 2 ** (bits - 1)) + (random() < 0.5 ? 0 : 2 ** (bits - 1) - 40) + 40 * random(),
};

const KINDS: Record<string, Kind> = {
  uint8: { bits: 8, zero: () => 128 },
  'uint8 of zero point 0': { bits: 8 },
  'uint8 of zero point 255': { bits: 8, zero: () => 255 },
  int8: { bits: 8, signed: true },
  'int8 of zero point -128': { bits: 8, signed: true, zero: () => -128 },
  'a scale for each of two columns': { bits: 8, rows: 2, run: 1, zero: (row) => 100 + row },
  'a scale a column': { bits: 8, rows: 67, run: 1, zero: (row) => 120 + row },
  'runs of 9': { bits: 8, signed: true, rows: 12, run: 9, first: 64 },
  'runs of 31': { bits: 8, rows: 5, run: 31, zero: () => 128 },
  'runs of 32': { bits: 8, rows: 3, run: 32, zero: (row) => 126 + row, first: 32 },
  'runs of 33': { bits: 8, rows: 4, run: 33, zero: () => 128, first: 96 },
  'runs of 500': { bits: 8, signed: true, rows: 11, run: 500, first: 1600 },
  'a scale of 0, of NaN, and below': {
    bits: 8,
    rows: 4,
    run: 50,
    scale: (row) => [0, Number.NaN, -0.5, 1e-44][row]!,
  },
  'an infinite scale': { bits: 8, rows: 3, run: 40, scale: (row) => [1, Number.POSITIVE_INFINITY, 2][row]! },
  uint16: { bits: 16, zero: () => 32768 },
  'uint16 of zero point 0': { bits: 16 },
  int16: { bits: 16, signed: true, rows: 3, run: 1000, zero: (row) => row - 1 },
  'int16, a scale a column': { bits: 16, signed: true, rows: 5, run: 1 },
  float16: { bits: 16, half: 'float16' },
  bfloat16: { bits: 16, half: 'bfloat16' },
};

describe.each([
  ['WASM', createWasmCodeLoops()!],
  ['plain TypeScript', scriptCodeLoops],
])('codes are dropped as a full sort tells, %s', (_, loops) => {
  it.each(Object.keys(KINDS))(
    '%s',
    (name) => {
      const kind = KINDS[name]!;
      const turn = Object.keys(KINDS).indexOf(name);
      for (const [i, spread] of Object.values(SPREADS).entries()) {
        // Long enough for a sample and several stretches, in turn unless all is run; and odd, and short.
        if (inject('whole') || i === turn % Object.keys(SPREADS).length)
          check(loops, [weightOf(kind, 34_003, spread, () => true)], 0.2 + 0.7 * random());
        for (const elements of [1, 31, 33, 1000])
          check(loops, [weightOf(kind, elements, spread, () => random() < 0.7)], random());
      }
    },
    60_000,
  );

  it('of several weights, of all kinds, with some dropped before', () => {
    const kinds = Object.values(KINDS);
    for (const spread of Object.values(SPREADS)) {
      const weights = kinds.map((kind, i) => weightOf(kind, 3001 + i, spread, () => random() < 0.9));
      check(loops, weights, 0.5 + 0.4 * random());
    }
  });

  it('where the cut is at the very first and the very last', () => {
    for (const name of [
      'uint8 of zero point 0',
      'uint8 of zero point 255',
      'float16',
      'uint16 of zero point 0',
    ]) {
      for (const part of inject('whole') ? [0, 0.002, 0.997, 0.9999, 1] : [0, 1])
        check(loops, [weightOf(KINDS[name]!, 40_000, SPREADS.even!, () => true)], part);
    }
  });
});

it('finds the order of codes, and that there is none', () => {
  const orders = Object.fromEntries(
    ['uint8', 'int8', 'int16', 'float16', 'bfloat16', 'an infinite scale'].map((name) => {
      const found = distancesOf(bookOf(KINDS[name]!));
      return [name, found && [found.flip, found.significant]];
    }),
  );
  expect(orders).toEqual({
    uint8: [0, 255],
    int8: [128, 255],
    int16: [32768, 65535],
    float16: [0, 32767],
    bfloat16: [0, 32767],
    'an infinite scale': undefined,
  });
});
