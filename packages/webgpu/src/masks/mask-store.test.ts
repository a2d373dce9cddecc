import { PruneError } from '@synaprune/core';
import { describe, expect, it } from 'vitest';
import { createMaskStore, packKept, unpackDropped } from './mask-store.js';

/** A device that makes nothing but buffers, and counts those alive. */
function createFakeDevice(largestBytes = 2 ** 27) {
  const live = new Set<object>();
  const device = {
    limits: { maxStorageBufferBindingSize: largestBytes, maxBufferSize: largestBytes },
    createBuffer: ({ size }: { size: number }) => {
      const buffer = { size, destroy: () => live.delete(buffer) };
      live.add(buffer);
      return buffer;
    },
  } as unknown as GPUDevice;
  const cleared: string[] = [];
  const failures: ((error: PruneError) => void)[] = [];
  const work = {
    allocate: <Made>(make: () => Made, onFailure: (error: PruneError) => void) => {
      failures.push(onFailure);
      return make();
    },
    enqueue: (encode: (encoder: GPUCommandEncoder) => void) =>
      encode({
        clearBuffer: (_buffer: unknown, offset: number, bytes: number) => cleared.push(`${offset}+${bytes}`),
      } as unknown as GPUCommandEncoder),
  };
  return { live, cleared, failures, store: createMaskStore(device, work) };
}

describe('the mask store', () => {
  it('packs small masks into one buffer, each in words of its own', () => {
    const { store, live } = createFakeDevice();
    const masks = [[33], [1], [8, 8], []].map((shape) => store.create(shape));
    expect(masks.map(({ firstWord, words }) => [firstWord, words])).toEqual([
      [0, 2],
      [2, 1],
      [3, 2],
      [5, 1],
    ]);
    expect(live.size).toBe(1);
  });

  it('clears words before another mask gets them', () => {
    const { store, cleared } = createFakeDevice();
    const [first] = [store.create([64]), store.create([64])];
    cleared.length = 0;
    store.dispose(first!);
    expect(store.create([33]).firstWord).toBe(0);
    expect(cleared).toEqual(['0+8']);
  });

  it('joins what was given back in any order, and lets go of the buffer with the last mask', () => {
    const { store, live } = createFakeDevice();
    const masks = [64, 64, 64, 64].map((elements) => store.create([elements]));
    for (const i of [2, 0, 1]) store.dispose(masks[i]!);
    expect(store.create([192]).firstWord).toBe(0);
    expect(store.empty()).toBe(false);
    store.dispose(masks[3]!);
    store.dispose(masks[3]!);
    expect(live.size).toBe(1);
  });

  it('is empty again when all masks are gone', () => {
    const { store, live } = createFakeDevice();
    // The second needs a page of its own.
    const masks = [store.create([100]), store.create([2 ** 25])];
    expect(live.size).toBe(2);
    for (const mask of masks) store.dispose(mask);
    expect([live.size, store.empty()]).toEqual([0, true]);
  });

  it('puts no mask where the device had no memory', () => {
    const { store, live, failures } = createFakeDevice();
    const lost = store.create([64]);
    failures[0]!(new PruneError('out-of-memory', 'none left'));
    const next = store.create([64]);
    expect([lost.page.failure?.code, next.page === lost.page]).toEqual(['out-of-memory', false]);
    for (const mask of [lost, next]) store.dispose(mask);
    expect(live.size).toBe(0);
  });

  it('refuses a mask that no binding of the device can hold, with the figures', () => {
    const { store } = createFakeDevice(2 ** 20);
    expect(() => store.create([2 ** 24])).toThrow(
      expect.objectContaining({ code: 'unsupported', message: expect.stringContaining('1048576') }),
    );
    expect(store.empty()).toBe(true);
  });
});

describe('the bits of a mask', () => {
  it('are the other way round on the device, with a clean tail either way', () => {
    const packed = Uint8Array.of(0b1111_0001, 0b0000_0101);
    const dropped = unpackDropped(packed, 11);
    expect([...dropped]).toEqual([0b0000_1110, 0b0000_0010, 0, 0]);
    expect(packKept(dropped, 11)).toEqual(packed);
  });

  it('of a scalar fill one word', () => {
    expect([...unpackDropped(Uint8Array.of(0), 1)]).toEqual([1, 0, 0, 0]);
  });
});
