import { type Extent, PruneError } from '@synaprune/core';
import { elementsOf } from '@synaprune/core/checks';
import { USAGE } from '../device/flags.js';

/**
 * A float32 tensor in a `GPUBuffer`: `shape` elements from `byteOffset` (0 unless told, a multiple of 4) on. The
 * buffer needs the usage `STORAGE` and stays the caller's. It is looked up anew at every call, so an owner whose
 * tensors move may give an object with getters. Weights of one pruner must not overlap.
 */
export interface WebgpuWeight {
  readonly buffer: GPUBuffer;
  readonly byteOffset?: number;
  readonly shape: readonly number[];
}

/** Where a weight lies in its buffer. */
export function extentOf(weight: WebgpuWeight): Extent {
  requireHandle(weight);
  const { buffer, byteOffset = 0, shape } = weight;
  return { memory: buffer, byteOffset, byteLength: 4 * elementsOf(shape) };
}

/** What is known of a buffer. Each question to a buffer is one to its device's own library, and enforcing asks often. */
interface BufferFacts {
  readonly size: number;
  readonly usage: number;
  /** Whether it was unmapped once, and no usage lets it be mapped again. */
  neverMapped: boolean;
}

const facts = new WeakMap<GPUBuffer, BufferFacts>();

/**
 * @throws TypeError unless `weight` is a {@link WebgpuWeight}
 * @throws PruneError `weight-changed` when the buffer is mapped, or too small for the shape
 */
export function shapeOf(weight: WebgpuWeight): readonly number[] {
  const known = requireHandle(weight);
  const { buffer, byteOffset = 0, shape } = weight;
  const needed = byteOffset + 4 * elementsOf(shape);
  if (known.size < needed) {
    throw new PruneError(
      'weight-changed',
      `a weight of shape [${shape}] at byte ${byteOffset} needs a buffer of ${needed} bytes, got ${known.size}`,
    );
  }
  if (known.neverMapped) return shape;
  if (buffer.mapState !== 'unmapped') {
    throw new PruneError('weight-changed', `the buffer of a weight must be unmapped, got ${buffer.mapState}`);
  }
  known.neverMapped = (known.usage & (USAGE.mapRead | USAGE.mapWrite)) === 0;
  return shape;
}

/** What is known of the buffer of something that is a weight. */
function requireHandle(weight: WebgpuWeight): BufferFacts {
  const { buffer, byteOffset = 0, shape } = weight ?? {};
  const known = factsOf(buffer);
  const isShape = Array.isArray(shape) && shape.every((edge) => Number.isInteger(edge) && edge >= 0);
  if (known === undefined || !isShape) {
    throw new TypeError('a WebGPU weight is { buffer: GPUBuffer, byteOffset?, shape: readonly number[] }');
  }
  if (weight.byteOffset === undefined && 'offset' in weight) {
    throw new TypeError('where a weight begins in its buffer is its byteOffset; got offset');
  }
  if (!Number.isInteger(byteOffset) || byteOffset < 0 || byteOffset % 4 !== 0) {
    throw new TypeError(`the byteOffset of a weight is a multiple of 4, got ${byteOffset}`);
  }
  if ((known.usage & USAGE.storage) === 0) {
    throw new TypeError(`the buffer of a weight needs the usage STORAGE, got 0x${known.usage.toString(16)}`);
  }
  return known;
}

/** Undefined for what is no buffer. */
function factsOf(buffer: GPUBuffer | undefined): BufferFacts | undefined {
  if (typeof buffer !== 'object' || buffer === null) return undefined;
  const known = facts.get(buffer);
  if (known !== undefined) return known;
  const { size, usage } = buffer;
  if (typeof size !== 'number' || typeof usage !== 'number') return undefined;
  const made = { size, usage, neverMapped: false };
  facts.set(buffer, made);
  return made;
}
