import { decodeTfjs } from '@synaprune/tfjs-files';
import type { GivenFile } from '../../protocol';
import { tfjsFormat } from '../formats/tfjs-format';
import { type AnyModel, anyModel } from './any-model';
import { fileNamed } from './onnx-files';
import { baseName, readFile } from './read-file';
import { RefusedError } from './refused';

/**
 * A model of TensorFlow.js: its `model.json` and the shards that this names.
 *
 * @throws RefusedError
 */
export async function openTfjsFiles(
  jsons: readonly GivenFile[],
  others: readonly GivenFile[],
): Promise<AnyModel> {
  const read = await Promise.all(jsons.map(async (file) => ({ file, json: parse(await readFile(file)) })));
  const models = read.flatMap(({ file, json }) => {
    const paths = json === undefined ? undefined : shardsOf(json);
    return paths === undefined ? [] : [{ file, json, paths }];
  });
  const [model] = models;
  if (model === undefined) {
    const broken = read.some(({ json }) => json === undefined);
    throw new RefusedError(
      `“${jsons[0]!.path}” is no model of TensorFlow.js: ${broken ? 'it is not whole JSON, as of a file that was cut off' : 'its JSON has no weightsManifest'}. Drop the model.json that tf.Model.save or tensorflowjs_converter wrote, with its .bin files.`,
    );
  }
  if (models.length > 1) {
    throw new RefusedError(`Drop one model at a time; these are ${models.length}.`);
  }
  const shards: Record<string, Uint8Array> = {};
  const missing: string[] = [];
  for (const path of model.paths) {
    const file = fileNamed(others, path);
    if (file === undefined) missing.push(`“${path}”`);
    else shards[path] = await readFile(file);
  }
  if (missing.length > 0) {
    const shown = missing.slice(0, 6).join(', ');
    const more = missing.length > 6 ? ` and ${missing.length - 6} more` : '';
    throw new RefusedError(
      `“${model.file.path}” names ${model.paths.length === 1 ? 'a file' : `${model.paths.length} files`} with its weights, of which ${missing.length === 1 ? 'one is' : `${missing.length} are`} missing: ${shown}${more}. Drop or choose the model.json and all of its .bin files together.`,
    );
  }
  const artifacts = decodeTfjs(model.json as object, shards);
  return anyModel(tfjsFormat, artifacts, baseName(model.file.path).replace(/\.json$/i, ''));
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}

/** Paths of shards in the manifest, or `undefined` where the JSON is no model. */
function shardsOf(json: unknown): string[] | undefined {
  const { weightsManifest } = (json ?? {}) as { readonly weightsManifest?: unknown };
  if (!Array.isArray(weightsManifest)) return undefined;
  return weightsManifest.flatMap((group: { readonly paths?: unknown }) =>
    Array.isArray(group?.paths) ? group.paths.filter((path) => typeof path === 'string') : [],
  );
}
