import type { TensorView } from '../view/model-view.js';
import type { ExternalData } from './given-files.js';

/** Copies of the files beside a model, to write into. */
export interface CopiedFiles {
  readonly copies: ExternalData;
  /** The elements of a tensor in a copy, or `undefined` where it lies in the model. */
  bytesOf(tensor: TensorView): Uint8Array | undefined;
}

export function copyFiles(given: ExternalData = {}): CopiedFiles {
  // Names come from outside: `fromEntries` makes "__proto__" one like any other. A `slice` of a Buffer is no copy.
  const copies = Object.fromEntries(
    Object.entries(given).map(([name, bytes]) => [name, new Uint8Array(bytes)]),
  );
  return {
    copies,
    bytesOf: ({ storage }) => {
      if (storage.kind !== 'external' || storage.data === undefined) return undefined;
      const { file, offset, bytes } = storage.data;
      return copies[file.name]!.subarray(offset, offset + bytes);
    },
  };
}
