import { PruneError } from '@synaprune/core';
import { LARGEST_MODEL } from '../bytes/check-model-bytes.js';
import { type Edit, inOrder, splice } from '../bytes/splice.js';
import { forEachField } from '../bytes/wire.js';
import { elementBytes } from '../view/element-bytes.js';
import type { TensorView } from '../view/model-view.js';
import { bindNames, tensorsOf } from '../view/scopes.js';
import { viewModel } from '../view/view-model.js';
import { requireRangesApart } from './file-range.js';
import { type ExternalData, takeExternalData } from './given-files.js';

const RAW_DATA = 9;
const EXTERNAL_DATA = 13;
const DATA_LOCATION = 14;

/**
 * A model with its weights inside it: what lies in other files is put where it belongs, everything else is as it
 * was. The bytes are new; what was given stays the caller's. For runtimes and tools that take one file.
 *
 * @param externalData all the files that the model keeps weights in, and no other, by the names it has for them
 * @throws TypeError when the model is no `Uint8Array`, or `externalData` no object of names to bytes
 * @throws PruneError `bad-model`; `external-data` when a file is missing, too short, not of this model, or tensors
 *   overlap, and when all together are more than the 2 GiB that the format allows one file
 *
 * @example
 * ```ts no-run
 * import { readFileSync } from 'node:fs';
 * import { embedExternalData } from '@synaprune/onnx';
 *
 * const whole = embedExternalData(readFileSync('model.onnx'), {
 *   'model.onnx.data': readFileSync('model.onnx.data'),
 * });
 * console.log(whole.length);
 * ```
 */
export function embedExternalData(model: Uint8Array, externalData: ExternalData): Uint8Array {
  const files = takeExternalData(externalData);
  const tensors = tensorsOf(bindNames(viewModel('embedExternalData', model, files)));
  files.requireAllUsed();
  const placed = tensors.flatMap(({ storage, place }) =>
    storage.kind === 'external' && storage.data !== undefined
      ? [{ ...storage.data, place, changes: false }]
      : [],
  );
  requireRangesApart(placed);
  const size = placed.reduce((sum, { bytes }) => sum + bytes, model.length);
  if (size > LARGEST_MODEL) {
    throw new PruneError(
      'external-data',
      `the model and its data have ${size} bytes; the most that one file may have is ${LARGEST_MODEL}`,
    );
  }
  const edits = tensors
    .filter(({ storage }) => storage.kind === 'external')
    .map((tensor): Edit => ({ ...tensor.span, bytes: withRawData(model, tensor) }));
  return edits.length === 0 ? Uint8Array.from(model) : splice(model, inOrder(edits));
}

/** A tensor's message with its elements in `raw_data`. */
function withRawData(model: Uint8Array, tensor: TensorView): Uint8Array {
  const kept: Uint8Array[] = [];
  let at = tensor.span.start;
  forEachField(model, tensor.span, tensor.place, (field, _, __, end) => {
    if (field !== RAW_DATA && field !== EXTERNAL_DATA && field !== DATA_LOCATION) {
      kept.push(model.subarray(at, end));
    }
    at = end;
  });
  const elements = elementBytes(model, tensor);
  const length: number[] = [];
  for (let rest = elements.length; length.length === 0 || rest > 0; rest = Math.floor(rest / 128)) {
    length.push((rest % 128) | (rest > 127 ? 0x80 : 0));
  }
  const head = Uint8Array.of(RAW_DATA * 8 + 2, ...length);
  const all = new Uint8Array(kept.reduce((sum, part) => sum + part.length, head.length + elements.length));
  let filled = 0;
  for (const part of [...kept, head, elements]) {
    all.set(part, filled);
    filled += part.length;
  }
  return all;
}
