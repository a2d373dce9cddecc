import { describe, isRecord } from '@synaprune/core/checks';
import type { StateDict } from '../decode/model.js';
import { stateSource } from './state-source.js';
import { writeFile } from './write-file.js';

/** What {@link pack} made. */
export interface Packed {
  /** The file. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly report: PackReport;
}

/** What a packed file is worth. */
export interface PackReport {
  /** Bytes of the weights as they were, and of the file. */
  readonly bytes: { readonly before: number; readonly after: number };
}

/**
 * Makes a file of a model that holds only what is left of it. Near the entropy of its masks and values, read by
 * `unpack`, which is small and needs no WebAssembly.
 *
 * @throws TypeError when it is no such model
 */
export async function pack(model: StateDict): Promise<Packed> {
  if (!isRecord(model) || ArrayBuffer.isView(model)) {
    throw new TypeError(`pack needs a state of tensors, { name: { shape, data } }, got ${describe(model)}`);
  }
  const source = stateSource('pack', model);
  const bytes = await writeFile(source);
  const before = source.buffers.reduce((sum, { length }) => sum + length, 0);
  return { bytes, report: { bytes: { before, after: bytes.length } } };
}
