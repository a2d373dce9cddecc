import type { WebgpuWeight } from '@synaprune/webgpu';
import type { Candidate } from '../measure.js';
import { createReadPass, createReadWritePass } from './passes.js';
import { readBack } from './read-back.js';

/** Weights in buffers of a device, and all that is needed to measure on them again and again. */
export interface GpuBed {
  readonly elements: number;
  readonly weights: readonly WebgpuWeight[];
  /** The read floor: one pass over as many elements, in one buffer and one dispatch. */
  readonly read: Candidate;
  /** The read-write floor, likewise. */
  readonly readWrite: Candidate;
  /** What sending nothing off and waiting for it costs. */
  readonly nothing: Candidate;
  /** Puts the weights back, and waits until the device has nothing left to do. */
  restore(): Promise<void>;
  /** Waits until the device has nothing left to do. */
  done(): Promise<void>;
  /** What a weight holds. */
  valuesOf(index: number): Promise<Float32Array>;
  dispose(): void;
}

/** An exclusive or that no thread's weights are likely to have; if some do, only a number is written. */
const UNLIKELY = 0x7fc12345;

/** Puts tensors on a device: each into a buffer of its own, as runtimes do, and all into one to restore them from. */
export function createGpuBed(device: GPUDevice, tensors: readonly Float32Array[]): GpuBed {
  const storage = (size: number) =>
    device.createBuffer({
      size,
      usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST,
    });
  const elements = tensors.reduce((sum, { length }) => sum + length, 0);
  const originals = storage(4 * elements);
  const found = storage(4);
  let begin = 0;
  const weights = tensors.map((values) => {
    device.queue.writeBuffer(originals, begin, values.slice());
    const weight = { buffer: storage(values.byteLength), shape: [values.length], begin };
    begin += values.byteLength;
    return weight;
  });
  const read = createReadPass(device, { buffer: originals, elements, key: UNLIKELY, found });
  // On the originals: it leaves them as they are.
  const readWrite = createReadWritePass(device, { buffer: originals, elements, key: 0 });
  const done = async (): Promise<void> => void (await device.queue.onSubmittedWorkDone());
  const floor = (name: string, submit: () => void): Candidate => ({
    name,
    run: () => {
      submit();
      return done();
    },
  });
  return {
    elements,
    weights,
    read: floor('read', read.submit),
    readWrite: floor('read-write', readWrite.submit),
    nothing: floor('an empty submission', () =>
      device.queue.submit([device.createCommandEncoder().finish()]),
    ),
    restore() {
      const encoder = device.createCommandEncoder();
      for (const { buffer, begin } of weights) {
        encoder.copyBufferToBuffer(originals, begin, buffer, 0, buffer.size);
      }
      device.queue.submit([encoder.finish()]);
      return done();
    },
    done,
    valuesOf: async (index) => new Float32Array(await readBack(device, weights[index]!.buffer)),
    dispose() {
      read.dispose();
      readWrite.dispose();
      for (const buffer of [originals, found, ...weights.map(({ buffer }) => buffer)]) buffer.destroy();
    },
  };
}
