import { type ConformanceHarness, registerConformance } from '@synaprune/conformance';
import { wrapBackend } from '@synaprune/core';
import { describe, inject, it } from 'vitest';
import { hostBackend } from './host-backend.js';
import { type HostMask, type HostWeight, valuesOf } from './host-weight.js';
import type { HostKernels } from './kernels.js';
import { readWriteBackend } from './read-write-backend.js';
import { scriptKernels } from './script-kernels.js';
import { storedBackendOn } from './stored/stored-backend.js';
import type { AnyWeight, StoredWeight } from './stored/stored-weight.js';
import { createWasmKernels } from './wasm-kernels.js';

type Named = { readonly weight: string; readonly mask: { readonly mask: HostMask } };
type Host = { readonly weight: HostWeight; readonly mask: HostMask };
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

/** Weights as a file holds them, at no multiple of 4. */
const inBytes = (name: string, kernels: HostKernels): ConformanceHarness<AnyWeight, HostMask> => {
  const bytesOf = (weight: AnyWeight) => (weight as Extract<StoredWeight, { format: 'float32' }>).bytes;
  const asBytes = ({ buffer, byteOffset, byteLength }: Float32Array) =>
    new Uint8Array(buffer, byteOffset, byteLength);
  return {
    name,
    createBackend: () => storedBackendOn(kernels),
    createWeight: (values, shape) => {
      const bytes = new Uint8Array(values.byteLength + 5).subarray(3, 3 + values.byteLength);
      bytes.set(asBytes(values));
      return { bytes, shape, format: 'float32' };
    },
    readWeight: (weight) => new Float32Array(bytesOf(weight).slice().buffer),
    writeWeight: (weight, values) => bytesOf(weight).set(asBytes(values)),
    disposeWeight: () => {},
    spoilWeight: (weight) => {
      structuredClone(null, { transfer: [bytesOf(weight).buffer as ArrayBuffer] });
    },
  };
};

/** Weights inside the memory that the kernels work in. */
function inMemory(): ConformanceHarness<HostWeight, HostMask> {
  const memory = new WebAssembly.Memory({ initial: 1 });
  const start = memory.buffer.byteLength;
  let end = start;
  let live = 0;
  let requests = 0;
  const allocate = (bytes: number): number => {
    const at = end;
    end += Math.ceil(bytes / 16) * 16;
    // Views are detached at every five hundredth request or so, needed or not: growing is dear.
    const missing = Math.ceil((end - memory.buffer.byteLength) / 65536);
    if (missing > 0 || ++requests % 512 === 0) memory.grow(Math.max(1, missing));
    return at;
  };
  /** The last request's bytes are given out again; all others when no weight is left. */
  const release = (pointer: number): void => {
    end = pointer;
  };
  const kernels = createWasmKernels({ memory, allocate, release })!;
  const view = (weight: HostWeight) => valuesOf(weight as Float32Array) as Float32Array;
  return {
    name: 'host, WASM, weights in its memory',
    createBackend: () => hostBackend({ kernels }),
    createWeight: (values, shape) => {
      const weight = { memory, byteOffset: allocate(Math.max(4, values.byteLength)), shape };
      view(weight).set(values);
      live += 1;
      return weight;
    },
    readWeight: (weight) => view(weight).slice(),
    writeWeight: (weight, values) => view(weight).set(values),
    disposeWeight: () => {
      live -= 1;
      // With the last weight of a case goes what all of them took.
      if (live === 0) end = start;
    },
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

/** Weights by name, over the host: what a package does that wraps its backend. */
function wrapped(): ConformanceHarness<Named['weight'], Named['mask']> {
  const inner = onHeap('host', scriptKernels);
  const weights = new Map<string, HostWeight>();
  let made = 0;
  return {
    name: 'host, wrapped',
    createBackend: async () =>
      wrapBackend<Named, Host>(await inner.createBackend(), {
        manifest: { name: 'wrapped' },
        weight: (name) => weights.get(name)!,
        mask: ({ mask }) => mask,
        wrapMask: (mask) => ({ mask }),
      }),
    createWeight: async (values, shape) => {
      made += 1;
      weights.set(`${made}`, await inner.createWeight(values, shape));
      return `${made}`;
    },
    readWeight: (name) => inner.readWeight(weights.get(name)!),
    writeWeight: (name, values) => inner.writeWeight(weights.get(name)!, values),
    disposeWeight: (name) => void weights.delete(name),
    spoilWeight: (name) => inner.spoilWeight!(weights.get(name)!),
  };
}

/** Kernels that run through all of the kit already get a part of it on weights that lie elsewhere, each another part. */
const { of } = inject('kitPart');
const part = (number: number) => ({ part: { number: Math.min(number, of), of } });

registerConformance(onHeap('host, plain TypeScript', scriptKernels), { describe, it });
registerConformance(onHeap('host, WASM', createWasmKernels()!), { describe, it });
registerConformance(
  inBytes('host, plain TypeScript, bytes', scriptKernels),
  { describe, it },
  { mostElements: 2 ** 18, ...part(1) },
);
registerConformance(inBytes('host, WASM, bytes', createWasmKernels()!), { describe, it }, part(2));
// What grows the memory stays its size: the case of 2²⁴ elements would be with it to the end.
registerConformance(inMemory(), { describe, it }, { mostElements: 2 ** 18, ...part(3) });
registerConformance(wrapped(), { describe, it }, { mostElements: 2 ** 18, ...part(4) });
registerConformance(readWrite, { describe, it }, { mostElements: 2 ** 18, ...part(5) });
