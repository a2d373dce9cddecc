/**
 * Counts the times that a tensor's values were written where they are.
 *
 * Written for tfjs-core 4.22.0, whose tensors never change, so that a `dataId` tells whose values they are. This package
 * writes in place where a backend keeps weights in main memory, and nothing but this count tells.
 */
const writes = new WeakMap<object, number>();

/** @param dataId of a tensor whose values are about to be written in place */
export function noteWrite(dataId: object): void {
  writes.set(dataId, writesOf(dataId) + 1);
}

/** How often the values behind a `dataId` were written in place. */
export function writesOf(dataId: object): number {
  return writes.get(dataId) ?? 0;
}
