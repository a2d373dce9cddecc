import type * as tf from '@tensorflow/tfjs-core';
import type { TensorStore } from '../../internals/tensor-store.js';
import { writesOf } from '../../internals/written-in-place.js';

const known = new WeakMap<object, { readonly writes: number; readonly finite: boolean }>();

/** Whether all numbers of a tensor are finite; looked at once for the same numbers. */
export function isFiniteTensor(store: TensorStore, tensor: tf.TensorInfo): boolean {
  const writes = writesOf(tensor.dataId);
  const before = known.get(tensor.dataId);
  if (before?.writes === writes) return before.finite;
  const finite = store.values(tensor).every(Number.isFinite);
  known.set(tensor.dataId, { writes, finite });
  return finite;
}
