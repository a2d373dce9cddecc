import { PruneError } from '@synaprune/core';
import { elementsOf, hashDigits, hashText, hashWords, isRecord, quote } from '@synaprune/core/checks';
import {
  create,
  decodeModel,
  encodeModel,
  GraphProtoSchema,
  ModelProtoSchema,
  OperatorSetIdProtoSchema,
  StringStringEntryProtoSchema,
  tensorFromFloat32,
  tensorToFloat32,
  ValueInfoProtoSchema,
} from '@synaprune/onnx';
import type { Branches } from '../inline/control-flow.js';
import { factorNames } from '../weights/factor-names.js';
import { requireAdapterBytes } from './options.js';

/** What an adapter in a file is for. */
export interface SavedAdapter {
  readonly weight: string;
  readonly shape: readonly number[];
  readonly rank: number;
  readonly alpha: number;
  /** Of the kernel's values, by {@link digestOf}. */
  readonly digest: string;
}

/** A file of adapters, opened. */
export interface AdapterFile {
  readonly keepZeros: boolean;
  /** Which branch of an `If` they were trained in, by the name of its node. */
  readonly branches: Branches;
  readonly adapters: readonly SavedAdapter[];
  /** The factors by their names, and tensors of the model that were trained whole. */
  readonly tensors: ReadonlyMap<string, { readonly shape: readonly number[]; readonly values: Float32Array }>;
}

const KEY = 'synaprune-adapters';
const VERSION = 1;

/** A checksum of the bits of values, as eight digits. It finds another model and damage, not malice. */
export function digestOf(values: Float32Array): string {
  return hashDigits(hashWords(new Int32Array(values.buffer, values.byteOffset, values.length)));
}

/** A checksum of all that a file says. */
function checksumOf({ keepZeros, branches, adapters, tensors }: AdapterFile): string {
  const contents = Array.from(tensors, ([name, { shape, values }]) => [name, shape, digestOf(values)]);
  return hashDigits(hashText(JSON.stringify([keepZeros, branches, adapters, contents])));
}

/** Where a value is NaN or infinite, in words. */
export function notFinite(name: string, values: Float32Array): string | undefined {
  const index = values.findIndex((value) => !Number.isFinite(value));
  return index < 0 ? undefined : `value ${index} of ${quote(name)} is ${values[index]}`;
}

/** The bytes of a file of adapters. */
export function writeAdapterFile(file: AdapterFile): Uint8Array {
  const { keepZeros, branches, adapters, tensors } = file;
  const initializer = Array.from(tensors, ([name, { shape, values }]) =>
    tensorFromFloat32(name, values, shape),
  );
  const value = JSON.stringify({
    version: VERSION,
    checksum: checksumOf(file),
    keepZeros,
    branches,
    adapters,
  });
  return encodeModel(
    create(ModelProtoSchema, {
      irVersion: 8n,
      producerName: 'synaprune',
      opsetImport: [create(OperatorSetIdProtoSchema, { domain: '', version: 17n })],
      metadataProps: [create(StringStringEntryProtoSchema, { key: KEY, value })],
      graph: create(GraphProtoSchema, {
        name: 'adapters',
        initializer,
        output: initializer.map(({ name }) => create(ValueInfoProtoSchema, { name })),
      }),
    }),
  );
}

/**
 * @throws TypeError when they are no bytes
 * @throws PruneError `bad-model` when they are no file of adapters, or a damaged one; `state-version` when a later release
 *   wrote it
 */
export function readAdapterFile(caller: string, bytes: Uint8Array): AdapterFile {
  requireAdapterBytes(caller, 'adapters', bytes);
  const message = decodeModel(bytes);
  const text = message.metadataProps.find(({ key }) => key === KEY)?.value;
  if (text === undefined) {
    throw damaged('it is an .onnx file without adapters: adapted.save(values) writes one');
  }
  const about = parse(text);
  if (!isRecord(about) || typeof about.version !== 'number') throw damaged('it does not say what is in it');
  if (about.version !== VERSION) {
    throw new PruneError(
      'state-version',
      `a file of adapters of version ${about.version} was given, and this release reads version ${VERSION}`,
    );
  }
  const { keepZeros, branches, adapters } = about;
  if (
    typeof keepZeros !== 'boolean' ||
    !isBranches(branches) ||
    !Array.isArray(adapters) ||
    !adapters.every(isSaved)
  ) {
    throw damaged('it does not say what is in it');
  }
  const tensors = new Map(
    message.graph!.initializer.map((tensor) => [
      tensor.name,
      { shape: tensor.dims.map(Number), values: tensorToFloat32(tensor) },
    ]),
  );
  for (const { weight } of adapters) {
    const { a, b } = factorNames(weight);
    for (const name of [a, b]) {
      const tensor = tensors.get(name);
      if (tensor === undefined) throw damaged(`${quote(name)} is missing`);
      if (tensor.values.length !== elementsOf(tensor.shape)) throw damaged(`${quote(name)} has no shape`);
    }
  }
  const file = { keepZeros, branches, adapters, tensors };
  if (about.checksum !== checksumOf(file)) {
    throw damaged(
      'what is in it does not fit its checksum, so that it was damaged or changed since it was saved',
    );
  }
  for (const [name, { values }] of tensors) {
    const where = notFinite(name, values);
    if (where !== undefined) throw damaged(`${where}, and every one has to be finite`);
  }
  return file;
}

function damaged(why: string): PruneError {
  return new PruneError('bad-model', `these bytes are no file of adapters: ${why}`);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const isBranches = (value: unknown): value is Branches =>
  isRecord(value) && Object.values(value).every((branch) => branch === 'then' || branch === 'else');

function isSaved(value: unknown): value is SavedAdapter {
  return (
    isRecord(value) &&
    typeof value.weight === 'string' &&
    typeof value.digest === 'string' &&
    typeof value.alpha === 'number' &&
    value.alpha > 0 &&
    typeof value.rank === 'number' &&
    Number.isSafeInteger(value.rank) &&
    value.rank > 0 &&
    Array.isArray(value.shape) &&
    value.shape.every((size) => Number.isSafeInteger(size) && size >= 0)
  );
}
