import { afterAll, describe, expect, it } from 'vitest';
import { expandMasks, maskBits, webgpuBackend } from '../index.js';
import { createStorage, readFloats } from '../testing/harness.js';
import { useDawn } from '../testing/use-dawn.js';
import { watchDevice } from '../testing/watch-device.js';

const dawn = await useDawn();

if ('missing' in dawn) {
  it.skip(`masks as floats on WebGPU (${dawn.missing})`, () => {});
} else {
  const device = await dawn.device();
  const { live } = watchDevice(device);
  afterAll(() => dawn.close());

  describe('expandMasks', () => {
    const backend = webgpuBackend({ device });
    const buffer = createStorage(device, 400);
    // The first word of the buffer belongs to somebody else.
    const into = { buffer, byteOffset: 4, shape: [3, 13] };
    const masks = [0b1110_1111, 0b1011_0111].map((byte) => {
      const mask = backend.createMask(into);
      backend.writeMask(mask, Uint8Array.of(byte, byte, byte, byte, byte & 0b0111_1111));
      return mask;
    });
    const written = async () => {
      const all = await readFloats(device, buffer, 0, [41]);
      expect([all[0], all[40]]).toEqual([7, 7]);
      return [...all.slice(1, 40)].join('');
    };
    const expand = (own: typeof masks) => {
      device.queue.writeBuffer(buffer, 0, new Float32Array(100).fill(7));
      expandMasks(device, own, into);
    };

    it('writes 1 where every mask keeps, and 0 elsewhere', async () => {
      expand(masks.slice(0, 1));
      // Lowest bit first.
      expect(await written()).toBe(`${'11110111'.repeat(4)}1111011`);
      expand(masks);
      expect(await written()).toBe(`${'11100101'.repeat(4)}1110010`);
    });

    it('writes 1 everywhere without masks', async () => {
      expand([]);
      expect(await written()).toBe('1'.repeat(39));
    });

    it('leaves no buffer behind', () => {
      const before = live();
      expand(masks);
      expand([]);
      expect(live()).toBe(before);
    });

    it('refuses a mask of another size, and one that was disposed, before it writes', async () => {
      const other = backend.createMask({ buffer, shape: [5] });
      device.queue.writeBuffer(buffer, 0, new Float32Array(100).fill(7));
      expect(() => expandMasks(device, [masks[0]!, other], into)).toThrow(/5 elements .* 39/);
      backend.disposeMask(other);
      expect(() => expandMasks(device, [other], into)).toThrow(expect.objectContaining({ code: 'disposed' }));
      expect(() => maskBits({ shape: [1], elements: 1 })).toThrow(TypeError);
      expect(await written()).toBe('7'.repeat(39));
    });
  });

  it('has had no error from the device', () => {
    expect(dawn.errors).toEqual([]);
  });
}
