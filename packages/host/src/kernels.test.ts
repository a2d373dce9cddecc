import { LARGEST_MAGNITUDE } from '@synaprune/core';
import fc from 'fast-check';
import { describe, expect, inject, it } from 'vitest';
import { fullMask } from './host-weight.js';
import type { HostKernels, Part } from './kernels.js';
import { scriptKernels, selectByDigits } from './script-kernels.js';
import { createWasmKernels } from './wasm-kernels.js';

/** A memory with a stack for an allocator, and a place for weights below it. */
function createArena(pages: number) {
  const memory = new WebAssembly.Memory({ initial: pages });
  let top = memory.buffer.byteLength;
  return {
    memory,
    allocate(bytes: number) {
      // Grows for every request, as an allocator may: all views made before are detached then.
      top = memory.buffer.byteLength;
      memory.grow(Math.ceil(bytes / 65536));
      return top;
    },
    release() {},
  };
}

type Make = (bits: Int32Array) => {
  readonly kernels: HostKernels;
  readonly part: (from: number, to: number) => Part;
};

const plain =
  (kernels: HostKernels): Make =>
  (bits) => ({
    kernels,
    part: (from, to) => partOf(() => bits.subarray(from, to)),
  });

/** Weights inside the kernels' own memory, at an offset that no vector is aligned to. */
const inMemory: Make = (bits) => {
  const arena = createArena(Math.ceil((bits.byteLength + 8) / 65536));
  new Int32Array(arena.memory.buffer, 4, bits.length).set(bits);
  return {
    kernels: createWasmKernels(arena)!,
    part: (from, to) => partOf(() => new Int32Array(arena.memory.buffer, 4 + 4 * from, to - from)),
  };
};

function partOf(view: () => Int32Array): Part {
  const elements = view().length;
  return {
    elements,
    words: fullMask(elements).words,
    get bits() {
      return view();
    },
    get ranking() {
      return view();
    },
  };
}

const implementations: [string, Make][] = [
  ['plain TypeScript', plain(scriptKernels)],
  ['plain TypeScript by digits', plain({ ...scriptKernels, select: selectByDigits })],
  ['WASM, weights copied in', plain(createWasmKernels()!)],
  ['WASM, weights in place', inMemory],
];

/** A small generator with a seed, so that a failure can be looked at. */
function* noise(seed: number): Generator<number> {
  for (let x = seed; ; ) {
    x = Math.imul(x ^ (x >>> 15), 0x2c1b3c6d) + 0x9e3779b9;
    yield ((x ^ (x >>> 13)) >>> 0) / 2 ** 32;
  }
}

const distributions: Record<string, (random: () => number, i: number) => number> = {
  gaussian: (random) => random() + random() + random() - 1.5,
  'heavy ties': (random) => Math.floor(random() * 4) / 4,
  'nine zeros in ten': (random) => (random() < 0.9 ? (random() < 0.5 ? 0 : -0) : random()),
  'all equal': () => -1,
  subnormal: (random) => (random() - 0.5) * 2 ** -130,
  'NaN and infinities': (random) =>
    random() < 0.02 ? Number.NaN : random() < 0.04 ? Number.NEGATIVE_INFINITY : random(),
  'neighbours alike': (random, i) => random() * (1 + (Math.floor(i / 61) % 97)),
  ascending: (_, i) => i,
  descending: (_, i) => -1e6 + i,
};

function draw(name: string, size: number): Int32Array {
  const source = noise(size + 1);
  const random = () => source.next().value as number;
  const values = Float32Array.from({ length: size }, (_, i) => distributions[name]!(random, i));
  return new Int32Array(values.buffer);
}

/** Elements in the order they go, by a full sort by (magnitude, index). */
function orderOf(bits: Int32Array): number[] {
  return [...bits.keys()].sort(
    (a, b) => (bits[a]! & LARGEST_MAGNITUDE) - (bits[b]! & LARGEST_MAGNITUDE) || a - b,
  );
}

/** Drops `count` elements of the parts and returns bits and masks, or what a sort says they should be. */
function prune(make: Make, bits: Int32Array, cuts: readonly number[], count: number) {
  const { kernels, part } = make(bits.slice());
  const parts = cuts.map((from, i) => part(from, cuts[i + 1] ?? bits.length));
  if (count > 0) {
    const { magnitude, ties } = kernels.select(parts, count);
    let left = ties;
    for (const each of parts) left -= kernels.dropAndZero(each, magnitude, left);
    expect(left).toBe(0);
  }
  return {
    bits: parts.flatMap((each) => [...(each.bits as Int32Array)]),
    kept: parts.map(({ words }) => kernels.countKept(words)).reduce((sum, kept) => sum + kept, 0),
  };
}

function expected(bits: Int32Array, count: number) {
  const after = [...bits];
  for (const i of orderOf(bits).slice(0, count)) after[i] = 0;
  return { bits: after, kept: bits.length - count };
}

describe.each(implementations)('%s drops what a full sort drops, bit for bit,', (_name, make) => {
  describe.each(Object.keys(distributions))('%s', (name) => {
    it.each([1, 3, 31, 32, 33, 63, 64, 65, 127, 4099, 40_001])('%s elements', (size) => {
      const bits = draw(name, size);
      // A sort of many takes its time.
      for (const part of inject('whole') || size < 10_000 ? [0.1, 0.5, 0.9, 1] : [0.9]) {
        const count = Math.ceil(part * size);
        // Weights of many sizes: tiny ones, and one that holds most.
        const cuts = [0, 1, 4, 37, 300].filter((from) => from < size);
        expect(prune(make, bits, cuts, count)).toEqual(expected(bits, count));
      }
    });
  });

  it('random weights, cuts and counts', () => {
    const value = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.float());
    fc.assert(
      fc.property(
        fc.array(value, { minLength: 1, maxLength: 300 }),
        fc.nat(),
        fc.nat(),
        (values, pick, cut) => {
          const bits = new Int32Array(Float32Array.from(values).buffer);
          const count = pick % (bits.length + 1);
          expect(prune(make, bits, [0, cut % bits.length], count)).toEqual(expected(bits, count));
        },
      ),
      { numRuns: 200 },
    );
  });

  it('in several steps, with weights that an optimizer revived in between', () => {
    const bits = draw('gaussian', 50_000);
    const { kernels, part } = make(bits.slice());
    const parts = [part(0, 17), part(17, 50_000)];
    const alive = new Set(bits.keys());
    for (const count of [5000, 20_000, 10_000, 14_000]) {
      const now = parts.flatMap((each) => [...(each.bits as Int32Array)]);
      const gone = orderOf(Int32Array.from(now))
        .filter((i) => alive.has(i))
        .slice(0, count);
      const { magnitude, ties } = kernels.select(parts, count);
      let left = ties;
      for (const each of parts) left -= kernels.dropAndZero(each, magnitude, left);
      for (const i of gone) alive.delete(i);
      const after = parts.flatMap((each) => [...(each.bits as Int32Array)]);
      expect(after).toEqual(now.map((value, i) => (alive.has(i) ? value : 0)));
      // Momentum: everything moves, dropped or not.
      for (const each of parts) {
        const view = each.bits as Int32Array;
        for (let i = 0; i < view.length; i += 1) view[i] = (view[i]! + 0x10001) | (i % 7 === 0 ? 1 << 31 : 0);
      }
    }
    for (const each of parts) kernels.zeroDropped(each);
    const zeros = parts
      .flatMap((each) => [...(each.bits as Int32Array)])
      .filter((value) => value === 0).length;
    expect(zeros).toBeGreaterThanOrEqual(50_000 - alive.size);
  });

  it('zeroing whatever has moved, wherever it lies, of whatever is dropped', () => {
    const size = 150_003;
    const random = noise(7);
    const zeros = new Int32Array(size);
    const places = [0, 31, 32, 16_383, 16_384, 70_000, 131_071, 131_072, 149_999, 150_002];
    for (const moved of [[], [70_000], [150_002], places]) {
      const { kernels, part } = make(zeros);
      const each = part(0, size);
      const bits = each.bits as Int32Array;
      for (let i = 0; i < size; i += 1) {
        if (random.next().value! < 0.3) bits[i] = 0x3f800000 + i;
        else each.words[i >> 5]! &= ~(1 << (i & 31));
      }
      // Negative zero, a subnormal, NaN, and what a step leaves.
      for (const [i, place] of moved.entries()) bits[place] = [1 << 31, 1, 0x7fc00000, -7][i % 4]!;
      const after = [...bits].map((value, i) => ((each.words[i >> 5]! >> (i & 31)) & 1) * value);
      kernels.zeroDropped(each);
      expect([...(each.bits as Int32Array)].findIndex((value, i) => value !== after[i])).toBe(-1);
    }
  });

  it('of weights that begin at any byte, and of more than are copied at a time', () => {
    const bits = draw('heavy ties', 150_003);
    const order = orderOf(bits.subarray(3));
    const gone = new Set(order.slice(0, 70_000));
    const { kernels, part } = make(bits.slice());
    const each = part(3, bits.length);
    const { magnitude, ties } = kernels.select([each], 70_000);
    expect(kernels.dropAndZero(each, magnitude, ties)).toBe(ties);
    const after = [...bits.subarray(3)].map((value, i) => (gone.has(i) ? 0 : value));
    expect([...(each.bits as Int32Array)].findIndex((value, i) => value !== after[i])).toBe(-1);
    const kept = order.map((_, i) => (each.words[i >> 5]! >> (i & 31)) & 1);
    expect(kept.findIndex((bit, i) => bit !== Number(!gone.has(i)))).toBe(-1);
  });

  it('counts below any magnitude', () => {
    const bits = draw('NaN and infinities', 5000);
    const { kernels, part } = make(bits);
    for (const limit of [0, 1, 0x3f000000, 0x7f800000, 0x7f800001, 0x7fffffff, 2 ** 31]) {
      const count = bits.filter((value) => (value & LARGEST_MAGNITUDE) < limit).length;
      expect(kernels.countBelow(part(0, 5000), limit)).toBe(count);
    }
  });
});

describe('WASM kernels in a memory of somebody else', () => {
  /** An allocator whose every large answer is followed by bytes that must stay as they are. */
  function guarded(memory: WebAssembly.Memory) {
    const base = 4096;
    const zone = 65536;
    let guard: Uint8Array | undefined;
    return {
      allocate(bytes: number) {
        const missing = base + bytes + zone - memory.buffer.byteLength;
        if (missing > 0) memory.grow(Math.ceil(missing / 65536));
        // A selection's; counting bits asks for little, thousands of times.
        guard = bytes > 65536 ? new Uint8Array(memory.buffer, base + bytes, zone).fill(0xa5) : undefined;
        return base;
      },
      release() {
        expect(guard?.findIndex((byte) => byte !== 0xa5) ?? -1).toBe(-1);
      },
    };
  }

  it('write nothing beyond what they were given, however many tiny weights and however equal', () => {
    // Scratch lies below 16 MiB, weights above: 9000 of eight elements, which share theirs, and one of 3 million.
    const start = 2 ** 24;
    const memory = new WebAssembly.Memory({ initial: start / 65536 + 200 });
    const kernels = createWasmKernels({ memory, ...guarded(memory) })!;
    new Float32Array(memory.buffer, start, 3_000_000).fill(0.1);
    const view = (elements: number) => partOf(() => new Int32Array(memory.buffer, start, elements));
    const parts = [...Array.from({ length: 9000 }, () => view(8)), view(3_000_000)];
    const magnitude = new Int32Array(Float32Array.of(0.1).buffer)[0]!;
    expect(kernels.select(parts, 500_000)).toEqual({ magnitude, ties: 500_000 });
  });

  it.each(['gives nothing', 'throws'])('give the same bits where the allocator %s', (failure) => {
    const memory = new WebAssembly.Memory({ initial: 1 });
    const allocate = () => {
      if (failure === 'throws') throw new RangeError('out of memory');
      return 0;
    };
    const kernels = createWasmKernels({ memory, allocate, release: () => {} })!;
    const bits = draw('gaussian', 40_001);
    expect(prune(plain(kernels), bits, [0, 300], 20_000)).toEqual(expected(bits, 20_000));
  });

  it('refuse a shared memory, and a memory without its allocator', () => {
    const shared = new WebAssembly.Memory({ initial: 1, maximum: 2, shared: true });
    expect(() => createWasmKernels({ memory: shared, allocate: () => 0, release: () => {} })).toThrow(
      TypeError,
    );
    expect(() => createWasmKernels({ memory: new WebAssembly.Memory({ initial: 1 }) })).toThrow(TypeError);
  });
});
