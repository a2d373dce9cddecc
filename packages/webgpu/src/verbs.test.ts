import { guardBackend, magnitudeOf } from '@synaprune/core';
import { afterAll, describe, expect, it } from 'vitest';
import { webgpuBackend } from './index.js';
import { createStorage, readFloats } from './testing/harness.js';
import { useDawn } from './testing/use-dawn.js';
import { watchDevice } from './testing/watch-device.js';

const dawn = await useDawn();

if ('missing' in dawn) {
  it.skip(`verbs on WebGPU (${dawn.missing})`, () => {});
} else {
  const device = await dawn.device();
  const { live } = watchDevice(device);
  const backend = guardBackend(webgpuBackend({ device }));
  afterAll(() => dawn.close());

  const place = (values: Float32Array<ArrayBuffer>, usage?: number) => {
    const buffer =
      usage === undefined
        ? createStorage(device, values.byteLength)
        : device.createBuffer({ size: values.byteLength, usage });
    device.queue.writeBuffer(buffer, 0, values);
    return { buffer, shape: [values.length] };
  };
  const bitsOf = async (weight: ReturnType<typeof place>) =>
    new Uint32Array((await readFloats(device, weight.buffer, 0, weight.shape)).buffer);
  /** Odd numbers of bits, some of them set. */
  const packed = (elements: number, step: number) =>
    Uint8Array.from({ length: Math.ceil(elements / 8) }, (_, byte) => {
      const used = Math.min(8, elements - 8 * byte);
      return ((byte + 1) * step) & ((1 << used) - 1);
    });

  describe('drop', () => {
    it('changes masks and no weight; dropAndEnforce zeroes what the mask drops', async () => {
      const weight = place(Float32Array.of(3, -1, 2, -1, 1));
      const mask = backend.createMask(weight);
      const items = [{ weight, mask, score: { kind: 'magnitude' } as const }];
      await backend.drop([{ items, cut: { magnitude: magnitudeOf(1), ties: 2 } }]);
      expect(await backend.readMask(mask)).toEqual(Uint8Array.of(0b10101));
      expect(await backend.countKept([mask])).toEqual([3]);
      expect(await readFloats(device, weight.buffer, 0, [5])).toEqual(Float32Array.of(3, -1, 2, -1, 1));
      await backend.dropAndEnforce!([{ items, cut: { magnitude: magnitudeOf(2), ties: 0 } }]);
      expect(await readFloats(device, weight.buffer, 0, [5])).toEqual(Float32Array.of(3, 0, 2, 0, 0));
      expect(await backend.countKept([mask])).toEqual([2]);
      backend.disposeMask(mask);
    });

    it('ranks by another tensor, and does not touch it', async () => {
      const [weight, tensor] = [place(Float32Array.of(1, 2, 3)), place(Float32Array.of(-9, 8, 7))];
      const mask = backend.createMask(weight);
      await backend.drop([
        {
          items: [{ weight, mask, score: { kind: 'tensor', tensor } }],
          cut: { magnitude: magnitudeOf(8), ties: 1 },
        },
      ]);
      expect(await backend.readMask(mask)).toEqual(Uint8Array.of(0b001));
      expect(await readFloats(device, tensor.buffer, 0, [3])).toEqual(Float32Array.of(-9, 8, 7));
      expect(await readFloats(device, weight.buffer, 0, [3])).toEqual(Float32Array.of(1, 2, 3));
      backend.disposeMask(mask);
    });
  });

  it('enforce needs no score', async () => {
    const weight = place(Float32Array.of(1, 2, 3));
    const mask = backend.createMask(weight);
    await backend.writeMask(mask, Uint8Array.of(0b101));
    await backend.enforce([{ weight, mask }]);
    expect(await readFloats(device, weight.buffer, 0, [3])).toEqual(Float32Array.of(1, 0, 3));
    backend.disposeMask(mask);
  });

  describe('combine', () => {
    it.each([1, 7, 8, 31, 32, 33, 64, 8191, 70_001])(
      'of %i elements is that of the bits, with a clean tail',
      async (elements) => {
        const weight = place(new Float32Array(elements));
        for (const how of ['or', 'andNot'] as const) {
          const [into, from] = [backend.createMask(weight), backend.createMask(weight)];
          const [a, b] = [packed(elements, 0x35), packed(elements, 0x9b)];
          await backend.writeMask(into, a);
          await backend.writeMask(from, b);
          await backend.combine!(into, from, how);
          const expected = a.map((byte, i) => (how === 'or' ? byte | b[i]! : byte & ~b[i]!));
          expect(await backend.readMask(into)).toEqual(expected);
          expect(await backend.readMask(from)).toEqual(b);
          const bits = expected.reduce((sum, byte) => sum + byte.toString(2).replaceAll('0', '').length, 0);
          expect(await backend.countKept([into])).toEqual([bits]);
          // Bits behind the last one would be counted as dropped.
          await backend.combine!(into, from, 'or');
          await backend.combine!(from, into, 'andNot');
          expect(await backend.countKept([from])).toEqual([0]);
          backend.disposeMask(into);
          backend.disposeMask(from);
        }
        weight.buffer.destroy();
      },
    );
  });

  describe('read', () => {
    it.each([
      ['whose buffer can be copied from', undefined],
      ['whose buffer cannot', 0x88],
    ])('gives the bits of a weight %s', async (_which, usage) => {
      const words = Uint32Array.of(0, 0x80000000, 1, 0x7f800001, 0xffffffff, 0x3f800000);
      const { buffer } = place(new Float32Array(words.buffer), usage);
      const before = live();
      const values = await backend.read!({ buffer, byteOffset: 4, shape: [5] });
      expect([...new Uint32Array(values.buffer)]).toEqual([...words.slice(1)]);
      expect(live()).toBe(before);
    });

    it('gives nothing of a weight without elements', async () => {
      const { buffer } = place(new Float32Array(1));
      expect(await backend.read!({ buffer, shape: [0, 3] })).toEqual(new Float32Array(0));
    });
  });

  it('has given back every buffer but those of the masks that live', async () => {
    const weight = place(Float32Array.of(1));
    const before = live();
    const mask = backend.createMask(weight);
    backend.disposeMask(mask);
    expect(live()).toBe(before);
    expect(await bitsOf(weight)).toEqual(Uint32Array.of(0x3f800000));
    expect(dawn.errors).toEqual([]);
  });
}
