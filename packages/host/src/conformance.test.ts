import { type ConformanceHarness, registerConformance } from '@synaprune/conformance';
import { describe, it } from 'vitest';
import { hostBackend } from './host-backend.js';
import { type HostMask, type HostWeight, valuesOf } from './host-weight.js';
import type { HostKernels } from './kernels.js';
import { readWriteBackend } from './read-write-backend.js';
import { scriptKernels } from './script-kernels.js';
import { createWasmKernels } from './wasm-kernels.js';

type Boxed = { readonly values: Float32Array; readonly shape: readonly number[] };

/** Weights on the JavaScript heap. */
const onHeap = (name: string, kernels: HostKernels): ConformanceHarness<HostWeight, HostMask> => ({
  name,
  createBackend: () => hostBackend({ kernels }),
  createWeight: (values, shape) => ({ values: values.slice(), shape }),
  readWeight: (weight) => (weight as Boxed).values.slice(),
  writeWeight: (weight, values) => (weight as Boxed).values.set(values),
  disposeWeight: () => {},
  spoilWeight: (weight) => {
    // A detached buffer is what a view of a WebAssembly.Memory becomes when the memory grows.
    structuredClone(null, { transfer: [(weight as Boxed).values.buffer as ArrayBuffer] });
  },
});

/** Weights inside the memory that the kernels work in. */
function inMemory(): ConformanceHarness<HostWeight, HostMask> {
  const memory = new WebAssembly.Memory({ initial: 1 });
  let end = memory.buffer.byteLength;
  let requests = 0;
  const allocate = (bytes: number): number => {
    const at = end;
    end += Math.ceil(bytes / 16) * 16;
    // Views are detached at every thirty-second request, needed or not: growing is dear.
    const missing = Math.ceil((end - memory.buffer.byteLength) / 65536);
    if (missing > 0 || ++requests % 32 === 0) memory.grow(Math.max(1, missing));
    return at;
  };
  /** The last request's bytes are given out again; all others are not. */
  const release = (pointer: number): void => {
    end = pointer;
  };
  const kernels = createWasmKernels({ memory, allocate, release })!;
  const view = (weight: HostWeight) => valuesOf(weight) as Float32Array;
  return {
    name: 'host, WASM, weights in its memory',
    createBackend: () => hostBackend({ kernels }),
    createWeight: (values, shape) => {
      const weight = { memory, byteOffset: allocate(Math.max(4, values.byteLength)), shape };
      view(weight).set(values);
      return weight;
    },
    readWeight: (weight) => view(weight).slice(),
    writeWeight: (weight, values) => view(weight).set(values),
    disposeWeight: () => {},
  };
}

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

registerConformance(onHeap('host, plain TypeScript', scriptKernels), { describe, it });
registerConformance(onHeap('host, WASM', createWasmKernels()!), { describe, it });
// Every request grows the memory: the case of 2²⁴ elements would not fit.
registerConformance(inMemory(), { describe, it }, { mostElements: 2 ** 18 });
registerConformance(readWrite, { describe, it });
