import { type Models, unpack } from '@synaprune/sparse/unpack';
import { encodeTfjs, type TfjsFileArtifacts } from '@synaprune/tfjs-files';
import type { GivenFile } from '../../protocol';
import { readFile } from './read-file';
import { RefusedError } from './refused';

/**
 * The files that a packed model was made of: an `.onnx`, or a `model.json` and its shards.
 *
 * @param limit the most bytes that they may have
 * @throws RefusedError
 */
export async function unpackFiles(packed: GivenFile, limit: number): Promise<readonly GivenFile[]> {
  const bytes = await readFile(packed);
  const name = packed.path.replace(/\.synp$/i, '');
  const onnx = await unpackAs('onnx', packed.path, bytes, limit);
  if (onnx !== undefined) return [{ path: `${name}.onnx`, file: new Blob([onnx]) }];
  const artifacts = await unpackAs('tfjs', packed.path, bytes, limit);
  if (artifacts === undefined) {
    throw new RefusedError(
      `“${packed.path}” holds tensors without a model, as unpack of @synaprune/sparse reads them. Drop a model: an .onnx file, a model.json with its .bin files, or one of these packed.`,
    );
  }
  // The command line keeps the text of a model.json beside what it says.
  const { modelJson: _, ...rest } = artifacts as TfjsFileArtifacts & { readonly modelJson?: string };
  const { modelJson, shards } = encodeTfjs(rest);
  return [
    { path: `${name}.json`, file: new Blob([modelJson]) },
    ...Object.entries(shards).map(([path, shard]) => ({ path, file: new Blob([shard]) })),
  ];
}

/** What is packed, where it is of that kind. */
async function unpackAs<Kind extends keyof Models>(
  kind: Kind,
  path: string,
  bytes: Uint8Array,
  limit: number,
): Promise<Models[Kind] | undefined> {
  try {
    return await unpack(bytes, { kind, limit });
  } catch (error) {
    const { code } = error as { readonly code?: string };
    if (code === 'wrong-kind') return undefined;
    throw new RefusedError(`“${path}” ${WHY[code ?? ''] ?? `cannot be unpacked: ${String(error)}.`}`, {
      cause: error,
    });
  }
}

const WHY: Readonly<Record<string, string>> = {
  'corrupt-file':
    'is no packed model, or not all of one: it was most likely cut off while it was downloaded or copied. Get it again from where it came, and drop that.',
  'file-version':
    'was packed by another release than this page is of. Unpack it with that one, and drop what comes out.',
  'too-large':
    'holds a model that is too large for this page once it is unpacked. The command line takes larger ones.',
};
