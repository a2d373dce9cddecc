import { openModel } from '../model/open-model.js';

/** A copy of a tensor's bytes, by its name. */
export function dataOf(bytes: Uint8Array, name: string): Uint8Array<ArrayBuffer> {
  const tensors = openModel('test', bytes).graphs.flatMap((graph) => graph.tensors);
  return Uint8Array.from(tensors.find((tensor) => tensor.name === name)!.data!);
}

/** A tensor's float32 values, by its name. */
export function valuesOf(bytes: Uint8Array, name: string): Float32Array {
  return new Float32Array(dataOf(bytes, name).buffer);
}
