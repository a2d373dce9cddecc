import { basename, join } from 'node:path';
import { PruneError } from '@synaprune/core';
import { quote } from '@synaprune/core/checks';
import { isRefusal, type NamedHandle, openPlainFile, readAll, realFolderOf } from '@synaprune/files';
import { LARGEST_MODEL } from '../bytes/check-model-bytes.js';
import { recogniseFile } from '../bytes/recognise-file.js';
import { type OpenRules, reasonOf } from './open-rules.js';

/** Bytes that tell what a file is that is too large to be a model. */
const HEAD = 1024;

/** A model file, read whole and still open. */
export interface ModelFile extends NamedHandle {
  readonly bytes: Uint8Array;
  /** The folder that it was found in, real: its data files are there. */
  readonly folder: string;
  readonly proven: boolean;
}

/**
 * @returns what its caller closes
 * @throws PruneError `file-failed` when it cannot be read; `bad-model` when it is too large to be one
 */
export async function readModelFile(path: string, rules: OpenRules): Promise<ModelFile> {
  const folder = await realFolderOf(path);
  const found = join(folder, basename(path));
  const opened = await openPlainFile(found, rules);
  if (isRefusal(opened)) {
    throw new PruneError(
      'file-failed',
      `the model is ${quote(path, 500)}, which ${reasonOf(opened, rules)}`,
      {
        cause: opened.cause,
      },
    );
  }
  const { handle, size, proven } = opened;
  try {
    if (size > LARGEST_MODEL) {
      const head = new Uint8Array(HEAD);
      await readAll(handle, head, 0, path);
      const kind = recogniseFile(head);
      throw new PruneError(
        'bad-model',
        kind === undefined
          ? `${quote(path, 500)} has ${size} bytes; the most that the format allows is ${LARGEST_MODEL}`
          : `needed is an ONNX model, got ${kind}`,
      );
    }
    const bytes = new Uint8Array(size);
    await readAll(handle, bytes, 0, path);
    return { bytes, folder, proven, path: found, handle };
  } catch (error) {
    await handle.close();
    throw error;
  }
}
