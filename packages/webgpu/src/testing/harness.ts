import type { ConformanceHarness } from '@synaprune/conformance';
import { webgpuBackend } from '../backend.js';
import type { WebgpuOptions } from '../device/context.js';
import { MAP_FOR_READING, USAGE } from '../device/flags.js';
import type { WebgpuMask } from '../masks/mask-store.js';
import type { WebgpuWeight } from '../weights/weight.js';
import { watchDevice } from './watch-device.js';

/** A weight whose buffer can be taken away, as an owner does who allocates anew. */
export interface TestWeight extends WebgpuWeight {
  buffer: GPUBuffer;
}

/** How weights lie in their buffers: at the start, or behind others' bytes. */
export interface Placement {
  readonly byteOffset?: number;
}

/** The conformance harness of the backend on a device. */
export function createHarness(
  name: string,
  options: WebgpuOptions,
  { byteOffset = 0 }: Placement = {},
): ConformanceHarness<TestWeight, WebgpuMask> {
  const { device } = options;
  const watch = watchDevice(device);
  return {
    name,
    createBackend: () => webgpuBackend(options),
    createWeight(values, shape) {
      const buffer = createStorage(device, byteOffset + values.byteLength);
      device.queue.writeBuffer(buffer, byteOffset, values.slice());
      return { buffer, byteOffset, shape };
    },
    readWeight: ({ buffer, shape }) => readFloats(device, buffer, byteOffset, shape),
    writeWeight: ({ buffer }, values) => device.queue.writeBuffer(buffer, byteOffset, values.slice()),
    disposeWeight: ({ buffer }) => buffer.destroy(),
    countLive: watch.live,
    bytesRead: watch.bytesRead,
    spoilWeight(weight) {
      weight.buffer.destroy();
      weight.buffer = createStorage(device, 4);
    },
  };
}

/** A storage buffer that can be written and read. */
export function createStorage(device: GPUDevice, size: number): GPUBuffer {
  const usage = USAGE.storage | USAGE.copySource | USAGE.copyTarget;
  return device.createBuffer({ size: Math.max(4, size), usage });
}

/** What a buffer holds. Reading as bytes keeps the payloads of NaN. */
export async function readFloats(
  device: GPUDevice,
  buffer: GPUBuffer,
  byteOffset: number,
  shape: readonly number[],
): Promise<Float32Array> {
  const size = 4 * shape.reduce((product, edge) => product * edge, 1);
  const staging = device.createBuffer({ size, usage: USAGE.mapRead | USAGE.copyTarget });
  try {
    const encoder = device.createCommandEncoder();
    encoder.copyBufferToBuffer(buffer, byteOffset, staging, 0, size);
    device.queue.submit([encoder.finish()]);
    await staging.mapAsync(MAP_FOR_READING);
    return new Float32Array(staging.getMappedRange().slice(0));
  } finally {
    staging.destroy();
  }
}
