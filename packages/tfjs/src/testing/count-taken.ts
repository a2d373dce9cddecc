import * as tf from '@tensorflow/tfjs';

/** Counts what is taken of the memory of tfjs's wasm backend and not given back. */
export function countTaken(): { readonly taken: Set<number>; stop(): void } {
  const { wasm } = tf.backend() as unknown as {
    wasm: { _malloc(bytes: number): number; _free(pointer: number): void };
  };
  const { _malloc, _free } = wasm;
  const taken = new Set<number>();
  wasm._malloc = (bytes) => {
    const pointer = _malloc(bytes);
    taken.add(pointer);
    return pointer;
  };
  wasm._free = (pointer) => {
    taken.delete(pointer);
    _free(pointer);
  };
  return { taken, stop: () => Object.assign(wasm, { _malloc, _free }) };
}
