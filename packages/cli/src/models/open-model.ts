import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { PruneError } from '@synaprune/core';
import { quote } from '@synaprune/core/checks';
import { readOnnxFile } from '@synaprune/onnx/node';
import { encodeTfjs, type TfjsFileArtifacts } from '@synaprune/tfjs-files';
import { readTfjsFiles } from '@synaprune/tfjs-files/node';

/** An ONNX model, read. */
export interface OnnxFile {
  readonly format: 'onnx';
  readonly path: string;
  /** With all of its weights in it. */
  readonly bytes: Uint8Array;
  /** Everything that was read, and so must not be written to. */
  readonly sources: readonly string[];
  /** Whether weights lie in files beside it. */
  readonly external: boolean;
}

/** A model of TensorFlow.js, read. */
export interface TfjsFile {
  readonly format: 'tfjs';
  readonly path: string;
  readonly artifacts: TfjsFileArtifacts;
  readonly sources: readonly string[];
}

export type ModelFile = OnnxFile | TfjsFile;

/**
 * Reads a model: an .onnx file with the files that it keeps weights in, or a model.json with its shards. A folder stands
 * for the model.json in it.
 *
 * @throws PruneError `bad-path`, `bad-model`, `external-data`, `file-failed`
 */
export async function openModel(given: string): Promise<ModelFile> {
  const path = await findModel(given);
  if (isTflite(path)) {
    throw new PruneError('bad-model', `only "look" and "prune" take .tflite files, got ${quote(path, 500)}`);
  }
  if (path.toLowerCase().endsWith('.json')) {
    const artifacts = await readTfjsFiles(path);
    const { shards } = encodeTfjs(artifacts);
    return {
      format: 'tfjs',
      path,
      artifacts,
      sources: [path, ...Object.keys(shards).map((name) => join(dirname(path), name))],
    };
  }
  const { model, dataFiles } = await readOnnxFile(path).catch((cause: unknown) => {
    throw isNoOnnx(path, cause) ? otherKind(path, cause) : cause;
  });
  return {
    format: 'onnx',
    path,
    bytes: model,
    sources: [path, ...dataFiles],
    external: dataFiles.length > 0,
  };
}

/** Whether a file of another ending turned out not to be ONNX all the same. */
function isNoOnnx(path: string, error: unknown): boolean {
  return error instanceof PruneError && error.code === 'bad-model' && !path.toLowerCase().endsWith('.onnx');
}

function otherKind(path: string, cause: unknown): PruneError {
  return new PruneError(
    'bad-model',
    `a model needs to be an .onnx file or a model.json of TensorFlow.js, with which its .bin shards are read, got ${quote(path, 500)}`,
    { cause },
  );
}

/** Whether a path names a model of LiteRT, which `look` and `prune` take. */
export function isTflite(path: string): boolean {
  return path.toLowerCase().endsWith('.tflite');
}

/** Where a model is. @throws PruneError `bad-path` */
export async function findModel(given: string): Promise<string> {
  const found = await stat(given).catch((cause: NodeJS.ErrnoException) => {
    const why = cause.code === 'ENOENT' ? 'is not there' : `cannot be read: ${cause.message}`;
    throw new PruneError('bad-path', `the model ${quote(given, 500)} ${why}`, { cause });
  });
  if (found.isFile()) return given;
  if (!found.isDirectory())
    throw new PruneError('bad-path', `the model ${quote(given, 500)} is no plain file`);
  const inside = join(given, 'model.json');
  await stat(inside).catch((cause) => {
    throw new PruneError(
      'bad-path',
      `${quote(given, 500)} is a folder without a model.json: name the model`,
      { cause },
    );
  });
  return inside;
}

/** Asks for an ONNX model, where nothing else will do. @throws PruneError `bad-model` */
export function requireOnnx(command: string, model: ModelFile): asserts model is OnnxFile {
  if (model.format === 'onnx') return;
  throw new PruneError(
    'bad-model',
    `"${command}" takes .onnx files, got a model of TensorFlow.js: ${quote(model.path, 500)}`,
  );
}
