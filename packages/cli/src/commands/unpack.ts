import { type FileHandle, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { PruneError } from '@synaprune/core';
import { quote } from '@synaprune/core/checks';
import { unpack } from '@synaprune/sparse';
import { encodeTfjs, type TfjsArtifacts } from '@synaprune/tfjs-files';
import pc from 'picocolors';
import type { UnpackFlags } from '../flags/unpack.js';
import { takeSpelling } from '../models/spelling.js';
import { filesOf, type MadeModel, writeModel } from '../models/write-model.js';
import { bytesAmong } from '../output/format.js';
import type { Progress } from '../output/progress.js';
import { draftFile, requireTarget } from '../output/write-whole.js';
import { type Outcome, tellOutcome } from './outcome.js';

/** Runs `synaprune unpack`. */
export async function runUnpack(path: string, flags: UnpackFlags): Promise<void> {
  await tellOutcome(flags.json, (progress) => unpackFile(path, flags, progress));
}

async function unpackFile(path: string, { out }: UnpackFlags, progress: Progress): Promise<Outcome> {
  await requireTarget('--out', out, [path]);
  if (!/\.(onnx|json)$/i.test(out)) {
    const message = `--out needs a path that ends in .onnx, or in .json for TensorFlow.js, got ${quote(out, 500)}`;
    throw new PruneError('bad-path', message);
  }
  const packed = await openPacked(path);
  const { made, text } = await modelIn(packed.handle, out, progress);
  progress.tell('writing');
  const spelled = text === undefined ? undefined : await draftFile('--out', out, text);
  try {
    await writeModel(out, made, [path]);
    await spelled?.publish();
  } finally {
    await spelled?.discard();
  }
  const format = made instanceof Uint8Array ? 'onnx' : 'tfjs';
  const files = [out, ...shardsOf(out, made)];
  const bytes = filesOf(made).reduce((sum, { length }) => sum + length, 0);
  const bytesText = bytesAmong([packed.size, bytes]);
  return {
    json: {
      ...{ command: 'unpack', file: path, out, files, format },
      ...{ before: { bytes: packed.size }, after: { bytes }, notices: [] },
    },
    text:
      `\n${bytesText(packed.size)} packed, ${bytesText(bytes)} as it was\n\n` +
      `${pc.bold('Written to')} ${files.map((file) => pc.cyan(file)).join('\n           ')}\n`,
    notices: [],
  };
}

/** Where the shards of a model lie that is written to `out`. */
function shardsOf(out: string, made: MadeModel): readonly string[] {
  if (made instanceof Uint8Array) return [];
  return Object.keys(encodeTfjs(made).shards).map((name) => join(dirname(out), name));
}

/** A packed file, to be read as far as it is one. */
async function openPacked(path: string): Promise<{ readonly handle: FileHandle; readonly size: number }> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(path);
    const about = await handle.stat();
    if (about.isDirectory()) throw new Error('it is a folder');
    return { handle, size: about.size };
  } catch (cause) {
    await handle?.close();
    const { code, message } = cause as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'is not there' : `cannot be read: ${message}`;
    throw new PruneError('bad-path', `the packed file ${quote(path, 500)} ${why}`, { cause });
  }
}

/** The model of the kind that `--out` is for, and the text of its `model.json` where that was kept. The file is closed then. */
async function modelIn(
  packed: FileHandle,
  out: string,
  progress: Progress,
): Promise<{ readonly made: MadeModel; readonly text?: string | undefined }> {
  const kind = out.toLowerCase().endsWith('.json') ? 'tfjs' : 'onnx';
  const onProgress = ({ loaded, total }: { readonly loaded: number; readonly total: number }) =>
    progress.tell('unpacking', loaded, total);
  try {
    const model = (await unpack(packed.createReadStream(), { kind, onProgress })) as
      | Uint8Array
      | TfjsArtifacts;
    if (model instanceof Uint8Array) return { made: model };
    const { artifacts, text } = takeSpelling(model);
    return { made: artifacts, text };
  } catch (error) {
    if (!(error instanceof PruneError) || error.code !== 'wrong-kind') throw error;
    const message = `${error.message}: --out ends in .onnx for ONNX, in .json for TensorFlow.js; the tensors of a state are read by unpack of @synaprune/sparse`;
    throw new PruneError('wrong-kind', message, { cause: error });
  }
}
