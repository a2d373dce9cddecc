import { type ConformanceHarness, registerConformance } from '@synaprune/conformance';
import { describe, it } from 'vitest';
import { hostBackend } from './host-backend.js';
import { type HostMask, type HostWeight, valuesOf } from './host-weight.js';
import { readWriteBackend } from './read-write-backend.js';

const host: ConformanceHarness<HostWeight, HostMask> = {
  name: 'host',
  createBackend: () => hostBackend(),
  createWeight: (values, shape) => ({ values: values.slice(), shape }),
  readWeight: (weight) => valuesOf(weight).slice(),
  writeWeight: (weight, values) => valuesOf(weight).set(values),
  disposeWeight: () => {},
  spoilWeight: (weight) => {
    // A detached buffer is what a weight in a WebAssembly.Memory becomes when the memory grows.
    structuredClone(null, { transfer: [valuesOf(weight).buffer as ArrayBuffer] });
  },
};

/** Stands for a device that can only be read and written. */
interface Box {
  values: Float32Array | undefined;
  readonly shape: readonly number[];
}

const readWrite: ConformanceHarness<Box, HostMask> = {
  name: 'read and write',
  createBackend: () =>
    readWriteBackend<Box>({
      name: 'boxes',
      shape: ({ shape }) => shape,
      read: async ({ values }) => {
        if (values === undefined) throw new Error('the box is gone');
        return values;
      },
      write: async (box, values) => {
        if (box.values === undefined) throw new Error('the box is gone');
        box.values = values;
      },
    }),
  createWeight: (values, shape) => ({ values: values.slice(), shape }),
  readWeight: ({ values }) => values!.slice(),
  writeWeight: (box, values) => {
    box.values = values.slice();
  },
  disposeWeight: (box) => {
    box.values = undefined;
  },
};

registerConformance(host, { describe, it });
registerConformance(readWrite, { describe, it });
