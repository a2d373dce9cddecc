import { dirname, join, resolve } from 'node:path';
import { PruneError } from '@synaprune/core';
import { quote } from '@synaprune/core/checks';
import { encodeTfjs, type TfjsArtifacts } from '@synaprune/tfjs-files';
import { writeTfjsFiles } from '@synaprune/tfjs-files/node';
import { requireTarget, writeWhole } from '../output/write-whole.js';
import type { ModelFile } from './open-model.js';

/** A model that was made of another: the bytes of an ONNX model, or artifacts of TensorFlow.js. */
export type MadeModel = Uint8Array | TfjsArtifacts;

/** The files of a model, as they are sent. */
export function filesOf(model: MadeModel): Uint8Array[] {
  if (model instanceof Uint8Array) return [model];
  const { modelJson, shards } = encodeTfjs(model);
  return [new TextEncoder().encode(modelJson), ...Object.values(shards)];
}

/** What a model is made of, in its own format. */
export function contentOf(model: ModelFile): MadeModel {
  return model.format === 'onnx' ? model.bytes : model.artifacts;
}

/**
 * That a model can be written where `--out` says: asked before anything is done.
 *
 * @param sources what is read
 * @throws PruneError `bad-path` when it cannot, when it is one of the files that are read, or has the ending of another
 *   format
 */
export async function requireOut(out: string, model: ModelFile, sources: readonly string[]): Promise<void> {
  await requireTarget('--out', out, sources);
  const isJson = out.toLowerCase().endsWith('.json');
  if (isJson === (model.format === 'tfjs')) return;
  const needed =
    model.format === 'tfjs' ? 'a path that ends in .json, as model.json' : 'a path that ends in .onnx';
  throw new PruneError('bad-path', `--out needs ${needed}, got ${quote(out, 500)}`);
}

/**
 * Writes a model, whole or not at all.
 *
 * @param written other files that are written, by their flags
 * @throws PruneError `bad-path`, `file-failed`
 */
export async function writeModel(
  out: string,
  made: MadeModel,
  sources: readonly string[],
  written: Readonly<Record<string, string | undefined>> = {},
): Promise<void> {
  if (made instanceof Uint8Array) {
    await writeWhole('--out', out, made);
    return;
  }
  // Shards have names of their own, which may be those of the model that was read.
  for (const name of Object.keys(encodeTfjs(made).shards)) {
    await requireTarget('--out with its shard', join(dirname(resolve(out)), name), sources, written);
  }
  await writeTfjsFiles(out, made);
}
