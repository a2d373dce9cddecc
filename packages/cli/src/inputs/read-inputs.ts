import { readdir, readFile, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { type Notice, PruneError } from '@synaprune/core';
import { elementsOf, listNames, quote } from '@synaprune/core/checks';
import type { BatchTensors, ModelInput } from '@synaprune/onnxruntime';
import type { InputArray } from './array.js';
import { samplesOf } from './fit.js';
import { type ImageOptions, imageLayout, readImage } from './image.js';
import { isInputFile, KINDS, RAW } from './kinds.js';
import { readNpy, readNpz } from './npy.js';

/** Samples out of files. */
export interface ReadInputs {
  readonly samples: readonly BatchTensors[];
  readonly notices: readonly Notice[];
}

/**
 * The samples of a file, or of the files of a folder in the order of their names (`2.png` before `10.png`): NumPy arrays,
 * raw little-endian float32, pictures. Where the model has several inputs, each `.npz` has an array for each, by name.
 *
 * @param most samples that are read at most
 * @throws PruneError `bad-inputs` naming the file and what does not fit
 */
export async function readInputs(
  path: string,
  declared: readonly ModelInput[],
  most: number,
  images: ImageOptions,
): Promise<ReadInputs> {
  const { files, skipped } = await filesOf(path);
  const samples: BatchTensors[] = [];
  const notices: Notice[] = [];
  if (skipped.length > 0) {
    const message = `${listNames(skipped, 5)} in ${quote(path, 500)} were left out: inputs are ${KINDS.join(' ')}`;
    notices.push({ code: 'inputs-skipped', message });
  }
  for (const [i, file] of files.entries()) {
    const bytes = await readFile(file);
    samples.push(...samplesOf(await arraysOf(file, bytes, declared, images), declared, file));
    const left = files.length - i - 1;
    if (samples.length < most || (left === 0 && samples.length === most)) continue;
    const rest = left > 0 ? `, and ${left} files were not read` : '';
    const message = `${most} of ${samples.length}${left > 0 ? ' or more' : ''} samples are used${rest}: --samples takes more`;
    notices.push({ code: 'inputs-limited', message });
    return { samples: samples.slice(0, most), notices };
  }
  return { samples, notices };
}

async function filesOf(path: string): Promise<{ readonly files: string[]; readonly skipped: string[] }> {
  const found = await stat(path).catch((cause) => {
    throw new PruneError('bad-inputs', `--inputs ${quote(path, 500)} is not there`, { cause });
  });
  if (found.isFile()) {
    if (isInputFile(path)) return { files: [path], skipped: [] };
    throw new PruneError('bad-inputs', `${quote(path, 500)} needs to be one of ${KINDS.join(' ')}`);
  }
  if (!found.isDirectory()) {
    throw new PruneError('bad-inputs', `--inputs ${quote(path, 500)} is neither a plain file nor a folder`);
  }
  const names = (await readdir(path, { withFileTypes: true }))
    .filter((entry) => !entry.isDirectory() && !entry.name.startsWith('.'))
    .map(({ name }) => name)
    .sort(new Intl.Collator('en', { numeric: true }).compare);
  const known = names.filter(isInputFile);
  if (known.length === 0) {
    throw new PruneError(
      'bad-inputs',
      `${quote(path, 500)} has no file of inputs (${KINDS.join(' ')}); there are ${listNames(names, 5)}`,
    );
  }
  return {
    files: known.map((name) => join(path, name)),
    skipped: names.filter((name) => !known.includes(name)),
  };
}

async function arraysOf(
  file: string,
  bytes: Uint8Array,
  declared: readonly ModelInput[],
  images: ImageOptions,
): Promise<Record<string, InputArray>> {
  const kind = extname(file).toLowerCase();
  if (kind === '.npz') {
    const arrays = readNpz(bytes, file);
    const [first, ...others] = Object.keys(arrays);
    // Arrays that were saved without a name.
    if (declared.length === 1 && others.length === 0 && first === 'arr_0')
      return { [declared[0]!.name]: arrays[first]! };
    return arrays;
  }
  const [input, ...others] = declared;
  if (input === undefined || others.length > 0) {
    const names = listNames(declared.map(({ name }) => name));
    throw new PruneError(
      'bad-inputs',
      `${quote(file, 500)} is one array, and the model takes ${names}: needed are .npz files with these names`,
    );
  }
  if (kind === '.npy') return { [input.name]: readNpy(bytes, file) };
  if (RAW.includes(kind)) return { [input.name]: readRaw(bytes, file, input) };
  const layout = imageLayout(input);
  if (layout === undefined) {
    const shape = (input.dims ?? ['?']).map((size) => size ?? '?').join(', ');
    throw new PruneError(
      'bad-inputs',
      `${quote(file, 500)} is a picture, and the model takes ${quote(input.name)} in the shape [${shape}]: needed is one ` +
        'of 1, 3 or 4 channels, in front or at the end; give arrays as .npy',
    );
  }
  return { [input.name]: await readImage(bytes, file, layout, input.type, images) };
}

/** Little-endian float32, one sample after the other. */
function readRaw(bytes: Uint8Array, file: string, { name, dims, type }: ModelInput): InputArray {
  const refuse = (why: string) => new PruneError('bad-inputs', `${quote(file, 500)} ${why}`);
  if (type !== 'float32')
    throw refuse(`is taken for float32, and the model takes ${quote(name)} as ${type}: give .npy`);
  const [, ...rest] = dims ?? [null, null];
  const open = (dims ?? []).map((size) => size === null);
  const shape = dims?.map((size) => size ?? '?').join(', ') ?? '?';
  if (dims === null || open.filter(Boolean).length > 1) {
    throw refuse(`has no shape, and the model leaves it open: [${shape}]; give .npy`);
  }
  const known = elementsOf((open[0] ? rest : dims).map((size) => size ?? 1));
  const elements = bytes.length / 4;
  if (elements === 0 || elements % known !== 0) {
    throw refuse(
      `has ${bytes.length} bytes; float32 of the shape [${shape}] needs a multiple of ${4 * known}`,
    );
  }
  const data = new Float32Array(Uint8Array.from(bytes).buffer);
  if (open[0]) return { data, dims: [elements / known, ...(rest as number[])] };
  if (open.includes(true)) return { data, dims: dims.map((size) => size ?? elements / known) };
  return { data, dims: [(dims[0] ?? 1) * (elements / known), ...(rest as number[])] };
}
