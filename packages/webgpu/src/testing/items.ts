import type { Item, Score, TensorBackend } from '@synaprune/core';
import type { WebgpuMask } from '../masks/mask-store.js';
import type { WebgpuWeight } from '../weights/weight.js';
import { createStorage, readFloats } from './harness.js';

/** A weight on a device, its mask, and what ranks it. */
export type TestItem = Item<WebgpuWeight, WebgpuMask>;

/** Makes items on a device, and looks at what has become of them. */
export interface TestItems {
  /** Behind somebody else's 12 bytes, so that a binding begins before the weight. */
  place(values: Float32Array, shape: readonly number[]): WebgpuWeight;
  /** A weight of whose mask every byte is `byte`, as far as it has elements. */
  item(values: Float32Array, shape: readonly number[], byte?: number, score?: Score<WebgpuWeight>): TestItem;
  release(...items: readonly TestItem[]): void;
  scoresOf(item: TestItem): Promise<number[]>;
  bitsOf(mask: WebgpuMask): Promise<number[]>;
}

export function createItems(device: GPUDevice, backend: TensorBackend<WebgpuWeight, WebgpuMask>): TestItems {
  const place = (values: Float32Array, shape: readonly number[]): WebgpuWeight => {
    const buffer = createStorage(device, 12 + values.byteLength);
    device.queue.writeBuffer(buffer, 12, values.slice());
    return { buffer, byteOffset: 12, shape };
  };
  const itemOf = (
    values: Float32Array,
    shape: readonly number[],
    byte = 0xff,
    score: Score<WebgpuWeight> = { kind: 'magnitude' },
  ): TestItem => {
    const weight = place(values, shape);
    const mask = backend.createMask(weight);
    const packed = new Uint8Array(Math.ceil(values.length / 8)).fill(byte);
    if (values.length % 8 > 0) packed[packed.length - 1]! &= (1 << (values.length % 8)) - 1;
    backend.writeMask(mask, packed);
    return { weight, mask, score };
  };
  const release = (...items: readonly TestItem[]): void => {
    for (const { weight, mask, score } of items) {
      weight.buffer.destroy();
      backend.disposeMask(mask);
      if (score.kind === 'tensor') score.tensor.buffer.destroy();
    }
  };
  const scoresOf = async ({ weight }: TestItem): Promise<number[]> => {
    const { buffer, byteOffset = 0, shape } = weight;
    return [...new Uint32Array((await readFloats(device, buffer, byteOffset, shape)).buffer)];
  };
  const bitsOf = async (mask: WebgpuMask): Promise<number[]> => {
    const packed = await backend.readMask(mask);
    return Array.from({ length: mask.elements }, (_, i) => (packed[i >> 3]! >> (i & 7)) & 1);
  };
  return { place, item: itemOf, release, scoresOf, bitsOf };
}
