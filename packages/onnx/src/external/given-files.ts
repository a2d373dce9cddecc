import { PruneError } from '@synaprune/core';
import { describe, didYouMean, isRecord, listNames, quote } from '@synaprune/core/checks';
import { showPlace } from '../bytes/wire.js';
import type { GivenFile, Reach } from '../view/model-view.js';
import { fileRangeOf } from './file-range.js';
import { partsOfLocation, splitLocation } from './location.js';

/**
 * The files that a model keeps weights in, by the names that it has for them: `{ 'model.onnx.data': bytes }`.
 * They are read, and stay as they are.
 */
export type ExternalData = Readonly<Record<string, Uint8Array>>;

/** The files beside a model, given as bytes. */
export interface GivenFiles extends Reach {
  /** @throws PruneError `external-data` when there is a file that no tensor was found in */
  requireAllUsed(): void;
}

/**
 * Checks the option `externalData`.
 *
 * @throws TypeError when it is no object of names to bytes
 * @throws PruneError `external-data` when a name cannot be one that a model has for a file, or two are one
 */
export function takeExternalData(given: ExternalData): GivenFiles {
  if (!isRecord(given) || given instanceof Map || given instanceof Uint8Array) {
    throw new TypeError(
      `externalData needs to be an object of file names to bytes, { "model.onnx.data": bytes }, got ${describe(given)}${
        typeof given === 'boolean' ? '; only pruneOnnxFile opens files by itself' : ''
      }`,
    );
  }
  const files = new Map<string, GivenFile>();
  for (const [name, bytes] of Object.entries(given)) {
    if (!(bytes instanceof Uint8Array)) {
      throw new TypeError(`externalData needs ${quote(name)} to be a Uint8Array, got ${describe(bytes)}`);
    }
    const parts = splitLocation(name);
    if (typeof parts === 'string') {
      throw new PruneError('external-data', `externalData has ${quote(name)}, ${parts}`);
    }
    const other = files.get(parts.join('/'));
    if (other !== undefined) {
      throw new PruneError(
        'external-data',
        `externalData has ${quote(other.name)} and ${quote(name)}, which are one file`,
      );
    }
    files.set(parts.join('/'), {
      name,
      size: bytes.length,
      read: (offset, length) => bytes.subarray(offset, offset + length),
    });
  }
  const wanted = new Set<string>();
  return {
    locate: (tensor) => {
      const { storage, place } = tensor;
      if (storage.kind !== 'external') return tensor;
      const location = partsOfLocation(storage.entries.get('location'), place).join('/');
      wanted.add(location);
      const file = files.get(location);
      if (file === undefined) {
        const names = [...files.values()].map(({ name }) => name);
        throw new PruneError(
          'external-data',
          `${showPlace(place)} has its data in ${quote(location)}, which externalData has not; ` +
            `it has ${listNames(names)}${
              names.length === 0 ? '' : '. A key is the name that the model has for the file'
            }`,
        );
      }
      const data = fileRangeOf(tensor, storage.entries, file, file);
      return { ...tensor, storage: { ...storage, data } };
    },
    requireAllUsed: () => {
      const unused = [...files].filter(([location]) => !wanted.has(location)).map(([, { name }]) => name);
      if (unused.length === 0) return;
      const near = unused.length === 1 ? didYouMean(unused[0], [...wanted]) : '';
      throw new PruneError(
        'external-data',
        `externalData has ${listNames(unused)}, in which the model has no tensor; ` +
          `it has tensors in ${wanted.size === 0 ? 'no other file' : listNames([...wanted])}${near}`,
      );
    },
  };
}
