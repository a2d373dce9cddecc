/* The first backend of docs/writing-a-backend.md, as it stands there; tools/check holds the two equal. */
import { type ConformanceHarness, registerConformance } from '@synaprune/conformance';
import { describe, inject, it } from 'vitest';
import type { HostMask } from './host-weight.js';
import { readWriteBackend } from './read-write-backend.js';

/** A view of a longer array: neighbours along an axis lie `strides[axis]` apart. */
interface Strided {
  readonly data: Float32Array;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
  readonly offset: number;
}

/** Where the elements lie in `data`, row-major. */
function placesOf({ data, shape, strides, offset }: Strided): number[] {
  let places = [offset];
  for (const [axis, edge] of shape.entries()) {
    const steps = Array.from({ length: edge }, (_, i) => i * strides[axis]!);
    places = places.flatMap((place) => steps.map((step) => place + step));
  }
  if (places.some((place) => place >= data.length)) throw new Error('the array is gone');
  return places;
}

/** As bits, since a NaN that is copied as a number may lose its payload. */
function bitsOf(values: Float32Array): Uint32Array {
  return new Uint32Array(values.buffer, values.byteOffset, values.length);
}

function read(weight: Strided): Float32Array {
  const bits = bitsOf(weight.data);
  return new Float32Array(Uint32Array.from(placesOf(weight), (place) => bits[place]!).buffer);
}

function write(weight: Strided, values: Float32Array): void {
  const [from, to] = [bitsOf(values), bitsOf(weight.data)];
  for (const [i, place] of placesOf(weight).entries()) to[place] = from[i]!;
}

const backend = readWriteBackend<Strided>({ name: 'strided', shape: ({ shape }) => shape, read, write });

const harness: ConformanceHarness<Strided, HostMask> = {
  name: 'arrays with strides, by two functions',
  createBackend: () => backend,
  createWeight: (values, shape) => {
    // The first axis is the innermost, every second place is another's, and so are the first three.
    const strides = shape.map((_, axis) => shape.slice(0, axis).reduce((product, edge) => product * edge, 2));
    const weight = { data: new Float32Array(3 + 2 * values.length).fill(7), shape, strides, offset: 3 };
    write(weight, values);
    return weight;
  },
  readWeight: read,
  writeWeight: write,
  disposeWeight: () => {},
  spoilWeight: ({ data }) => {
    structuredClone(null, { transfer: [data.buffer as ArrayBuffer] });
  },
};

registerConformance(harness, { describe, it }, { mostElements: 1_000_000, part: inject('kitPart') });
