import { readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { PruneError } from '@synaprune/core';
import { quote } from '@synaprune/core/checks';
import { decodeModel, embedExternalData } from '@synaprune/onnx';
import { encodeTfjs, type TfjsFileArtifacts } from '@synaprune/tfjs-files';
import { readTfjsFiles } from '@synaprune/tfjs-files/node';
import { readExternalFiles } from './external-files.js';

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

/** Most bytes of one file: what its format allows. */
const LARGEST = 2 ** 31 - 1;

/**
 * Reads a model: an .onnx file with the files that it keeps weights in, or a model.json with its shards. A folder stands
 * for the model.json in it.
 *
 * @throws PruneError `bad-path`, `bad-model`, `external-data`, `file-failed`
 */
export async function openModel(given: string): Promise<ModelFile> {
  const { path, size } = await findModel(given);
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
  if (size > LARGEST) {
    throw new PruneError(
      'bad-model',
      `${quote(path, 500)} has ${size} bytes; the most of one .onnx file is ${LARGEST}`,
    );
  }
  const own = new Uint8Array(await readFile(path));
  if (!path.toLowerCase().endsWith('.onnx')) requireGraph(path, own);
  const { data, paths } = await readExternalFiles(path, own);
  const external = paths.length > 0;
  return {
    format: 'onnx',
    path,
    bytes: external ? embedExternalData(own, data) : own,
    sources: [path, ...paths],
    external,
  };
}

/** That a file of another ending is ONNX all the same. @throws PruneError `bad-model` that names the kinds that are read */
function requireGraph(path: string, bytes: Uint8Array): void {
  let cause: unknown;
  try {
    if (decodeModel(bytes).graph !== undefined) return;
  } catch (error) {
    cause = error;
  }
  throw new PruneError(
    'bad-model',
    `a model needs to be an .onnx file or a model.json of TensorFlow.js, with which its .bin shards are read, got ${quote(path, 500)}`,
    { cause },
  );
}

/** Whether a path names a model of LiteRT, which `look` and `prune` take. */
export function isTflite(path: string): boolean {
  return path.toLowerCase().endsWith('.tflite');
}

/** Where a model is, and its size. @throws PruneError `bad-path` */
export async function findModel(given: string): Promise<{ readonly path: string; readonly size: number }> {
  const found = await stat(given).catch((cause: NodeJS.ErrnoException) => {
    const why = cause.code === 'ENOENT' ? 'is not there' : `cannot be read: ${cause.message}`;
    throw new PruneError('bad-path', `the model ${quote(given, 500)} ${why}`, { cause });
  });
  if (!found.isDirectory()) return { path: given, size: found.size };
  const inside = join(given, 'model.json');
  const model = await stat(inside).catch((cause) => {
    throw new PruneError(
      'bad-path',
      `${quote(given, 500)} is a folder without a model.json: name the model`,
      { cause },
    );
  });
  return { path: inside, size: model.size };
}

/** Asks for an ONNX model, where nothing else will do. @throws PruneError `bad-model` */
export function requireOnnx(command: string, model: ModelFile): asserts model is OnnxFile {
  if (model.format === 'onnx') return;
  throw new PruneError(
    'bad-model',
    `"${command}" takes .onnx files, got a model of TensorFlow.js: ${quote(model.path, 500)}`,
  );
}
