import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StateDict } from './decode/model.js';
import { pack } from './encode/pack.js';
import { pruned } from './testing/pruned.js';
import { unpack } from './unpack.js';

const roundTrip = async (state: StateDict) => unpack((await pack(state)).bytes, { kind: 'state' });

describe('a state', () => {
  it('comes back with its types, shapes and bytes', async () => {
    const numbers = [0, 1, 0, 0, 127, 0, 3, 100, 0, 0, 0, 17];
    const shape = [3, 4];
    const state: StateDict = {
      int8: { shape, data: Int8Array.from(numbers) },
      uint8: { shape, data: Uint8Array.from(numbers) },
      clamped: { shape, data: Uint8ClampedArray.from(numbers) },
      int16: { shape, data: Int16Array.from(numbers) },
      uint16: { shape, data: Uint16Array.from(numbers) },
      int32: { shape, data: Int32Array.from(numbers) },
      uint32: { shape, data: Uint32Array.from(numbers) },
      int64: { shape, data: BigInt64Array.from(numbers, BigInt) },
      uint64: { shape, data: BigUint64Array.from(numbers, BigInt) },
      float32: { shape, data: Float32Array.from(numbers) },
      float64: { shape, data: Float64Array.from(numbers) },
      scalar: { shape: [], data: Float32Array.of(5) },
      none: { shape: [0, 7], data: new Float32Array(0) },
    };
    expect(await roundTrip(state)).toEqual(state);
  });

  it.each([
    ['float32', (bytes: ArrayBuffer) => new Float32Array(bytes)],
    ['float64', (bytes: ArrayBuffer) => new Float64Array(bytes)],
    ['int16', (bytes: ArrayBuffer) => new Int16Array(bytes)],
    ['int64', (bytes: ArrayBuffer) => new BigInt64Array(bytes)],
    ['int8', (bytes: ArrayBuffer) => new Int8Array(bytes)],
  ])('of %s keeps any bits: NaNs of all kinds, -0, infinities, subnormals', async (_, view) => {
    const word = fc.oneof(
      { weight: 5, arbitrary: fc.constant(0) },
      fc.constantFrom(0x80000000, 0x7f800000, 0xff800000, 0x7fc00001, 0x7f800001, 0xffffffff, 1, 0x80000001),
      fc.integer({ min: 0, max: 2 ** 32 - 1 }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(word, { maxLength: 300 }), async (words) => {
        const bytes = Uint32Array.from(words.length % 2 === 0 ? words : [...words, 0]).buffer;
        const data = view(bytes);
        const back = await roundTrip({ x: { shape: [data.length], data } });
        expect(back.x!.data.constructor).toBe(data.constructor);
        expect(new Uint8Array(back.x!.data.buffer)).toEqual(new Uint8Array(bytes));
      }),
      { numRuns: 60 },
    );
  });

  it.each([0, 0.5, 0.9, 0.99, 1])(
    'keeps a large tensor, sparse to %f, in several groups',
    async (sparsity) => {
      const data = pruned(2 ** 20 + 12_345, sparsity);
      const { bytes, report } = await pack({ x: { shape: [data.length], data } });
      const back = await unpack(bytes, { kind: 'state' });
      expect(Buffer.compare(Buffer.from(back.x!.data.buffer), Buffer.from(data.buffer))).toBe(0);
      expect(report.bytes).toEqual({ before: data.byteLength, after: bytes.length });
      expect(bytes.length).toBeLessThan(data.byteLength * (1.01 - 0.95 * sparsity));
    },
  );

  it.each([1, 4, 200, 256, 257, 3000])('keeps %i values that occur often', async (values) => {
    const data = Float32Array.from({ length: 30_000 }, (_, i) => Math.sin((i * i + 1) % values) || -0);
    const { bytes } = await pack({ x: { shape: [data.length], data } });
    const back = await unpack(bytes, { kind: 'state' });
    expect(new Uint8Array(back.x!.data.buffer)).toEqual(new Uint8Array(data.buffer));
    // An index for each, of a byte at most.
    if (values <= 256) expect(bytes.length).toBeLessThan(data.length + 1500);
  });

  it('keeps names of every kind, in their order', async () => {
    const data = Float32Array.of(1);
    const state = Object.fromEntries(
      ['__proto__', 'a/b:0', '', 'ü\u0000\ud800', 'constructor'].map((name) => [name, { shape: [1], data }]),
    );
    const back = await roundTrip(state);
    expect(Object.keys(back)).toEqual(Object.keys(state));
    expect(Object.values(back)).toEqual(Object.values(state));
  });

  it('of nothing is a state of nothing', async () => {
    expect(await roundTrip({})).toEqual({});
  });

  it('is read through views of any offset, and does not share its memory', async () => {
    const bytes = new ArrayBuffer(64);
    const data = new Uint16Array(bytes, 6, 5).fill(7);
    const back = await roundTrip({ x: { shape: [5], data } });
    expect(back.x!.data).toEqual(data);
    expect(back.x!.data.buffer.byteLength).toBe(10);
  });

  it.each([
    ['no model', null, 'tensors { name: { shape, data } }, got null'],
    ['a list by name that is no object', new Map([['x', { shape: [0], data: new Int8Array(0) }]]), 'got'],
    ['a model that is yet to come', Promise.resolve({}), 'got a promise'],
    ['a tensor that is none', { x: 3 }, 'pack needs the tensor "x" to be { shape, data }, got 3'],
    ['data that is no typed array', { x: { shape: [1], data: [1] } }, 'got an array of 1'],
    ['a shape that is none', { x: { shape: [1.5], data: new Int8Array(1) } }, 'a list of lengths'],
    [
      'a shape of other data',
      { x: { shape: [2], data: new Int8Array(1) } },
      'needs 2 elements for shape [2]',
    ],
    ['what it would lose', { x: { shape: [1], data: new Int8Array(1), dtype: 'q' } }, 'no option "dtype"'],
  ])('is refused with %s', async (_, state, message) => {
    await expect(pack(state as unknown as StateDict)).rejects.toThrow(message);
  });
});
