import { stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { PruneError } from '@synaprune/core';
import { quote } from '@synaprune/core/checks';
import { LARGEST_MODEL } from '../bytes/check-model-bytes.js';
import { recogniseFile } from '../bytes/recognise-file.js';
import { realFolderOf } from './location.js';
import { isRefusal, type OpenRules, openPlainFile } from './opened-file.js';
import { readAll } from './output.js';
import { JOURNAL } from './publish/names.js';
import { system } from './publish/system.js';

/** Bytes that tell what a file is that is too large to be a model. */
const HEAD = 1024;

/** A model file, read whole. */
export interface ModelFile {
  readonly bytes: Uint8Array;
  /** The folder that it was found in, real: its data files are there. */
  readonly folder: string;
  readonly proven: boolean;
  /**
   * That it is still the file of that name, and no run is replacing it: data files that are opened by then are its
   * own. @throws PruneError `file-failed`
   */
  requireUnchanged(): Promise<void>;
}

/** @throws PruneError `file-failed` when it cannot be read; `bad-model` when it is too large to be one */
export async function readModelFile(path: string, rules: OpenRules): Promise<ModelFile> {
  const folder = await realFolderOf(path);
  const opened = await openPlainFile(join(folder, basename(path)), rules);
  if (isRefusal(opened)) {
    throw new PruneError('file-failed', `the model is ${quote(path, 500)}, which ${opened.why}`, {
      cause: opened.cause,
    });
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
    const { ino } = await handle.stat();
    const requireUnchanged = async (): Promise<void> => {
      const now = await stat(path).catch(() => undefined);
      const replacing = system.identify(join(folder, JOURNAL)) !== undefined;
      if (now?.ino === ino && !replacing) return;
      throw new PruneError('file-failed', `${quote(path, 500)} was replaced while it was read`);
    };
    return { bytes, folder, proven, requireUnchanged };
  } finally {
    await handle.close();
  }
}
