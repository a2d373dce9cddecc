import type { Extent } from '@synaprune/core';
import { describe, elementsOf, requireWholes } from '@synaprune/core/checks';
import {
  type HostWeight,
  extentOf as hostExtentOf,
  shapeOf as hostShapeOf,
  requireRoom,
} from '../host-weight.js';
import type { CodeBook } from './codes/code-book.js';

/**
 * A weight as a file holds it, in little-endian bytes at any offset: float32, or codes of 8 or 16 bits with what they
 * stand for. Pruned in place, where a dropped code becomes the one that stands for zero.
 */
export type StoredWeight =
  | { readonly bytes: Uint8Array; readonly shape: readonly number[]; readonly format: 'float32' }
  | {
      readonly bytes: Uint8Array;
      readonly shape: readonly number[];
      readonly codes: CodeBook;
      /** Index of the first element in its weight, where this is a stretch of it: 0 unless told. A multiple of 32. */
      readonly first?: number;
    };

/** What `storedBackend` takes. */
export type AnyWeight = HostWeight | StoredWeight;

/** A weight of codes. */
export type CodedWeight = Extract<StoredWeight, { readonly codes: unknown }>;

/** Whether a weight is bytes of a file. */
export function isStored(weight: AnyWeight): weight is StoredWeight {
  return 'bytes' in weight;
}

/** Whether a weight is codes. */
export function isCoded(weight: AnyWeight): weight is CodedWeight {
  return isStored(weight) && 'codes' in weight;
}

/** Where the values lie. */
export function extentOf(weight: AnyWeight): Extent {
  if (!isStored(weight)) return hostExtentOf(weight);
  const { buffer, byteOffset, byteLength } = weight.bytes;
  return { memory: buffer, byteOffset, byteLength };
}

/**
 * @throws TypeError | RangeError when it is no weight, or its shape none
 * @throws PruneError `weight-changed` when the values do not fill the shape
 */
export function shapeOf(weight: AnyWeight): readonly number[] {
  if (weight === null || typeof weight !== 'object' || !isStored(weight)) return hostShapeOf(weight);
  if (!Array.isArray(weight.shape) || !hasBytes(weight)) {
    throw new TypeError(
      "a stored weight is { bytes: Uint8Array, shape, format: 'float32' } or { bytes, shape, codes }, got " +
        describe(weight),
    );
  }
  requireWholes('a stored weight', 'shape', weight.shape);
  const room = weight.bytes.length / ('codes' in weight ? weight.codes.bits / 8 : 4);
  requireRoom(weight.shape, room, room === elementsOf(weight.shape));
  return weight.shape;
}

function hasBytes(weight: object): boolean {
  const { bytes, format, codes } = weight as { bytes?: unknown; format?: unknown; codes?: Partial<CodeBook> };
  if (!(bytes instanceof Uint8Array)) return false;
  if (codes === undefined) return format === 'float32';
  const { bits, magnitudes, zeros, rows = 1, run = 1 } = codes;
  const isBook =
    (bits === 8 || bits === 16) &&
    typeof magnitudes === 'function' &&
    Array.isArray(zeros) &&
    zeros.length === rows;
  return (
    format === undefined &&
    isBook &&
    Number.isInteger(run) &&
    run >= 1 &&
    (rows === 1 || codes.run !== undefined)
  );
}
