import { PruneError } from '@synaprune/core';
import { elementsOf, quote } from '@synaprune/core/checks';
import { floatOfHalf } from '@synaprune/core/numbers';
import Zip from 'adm-zip';
import type { InputArray } from './array.js';

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

/** Views of a buffer by NumPy's names of types, without the byte order; `f2` is widened. */
const VIEWS: Readonly<Record<string, (buffer: ArrayBuffer) => InputArray['data']>> = {
  f4: (buffer) => new Float32Array(buffer),
  f8: (buffer) => new Float64Array(buffer),
  f2: (buffer) => Float32Array.from(new Uint16Array(buffer), floatOfHalf),
  i1: (buffer) => new Int8Array(buffer),
  u1: (buffer) => new Uint8Array(buffer),
  b1: (buffer) => new Uint8Array(buffer),
  i2: (buffer) => new Int16Array(buffer),
  u2: (buffer) => new Uint16Array(buffer),
  i4: (buffer) => new Int32Array(buffer),
  u4: (buffer) => new Uint32Array(buffer),
  i8: (buffer) => new BigInt64Array(buffer),
  u8: (buffer) => new BigUint64Array(buffer),
};

/**
 * An array of NumPy's format 1, 2 or 3, little-endian.
 *
 * @param place the file, for messages
 * @throws PruneError `bad-inputs`
 * @see https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 */
export function readNpy(bytes: Uint8Array, place: string): InputArray {
  const refuse = (why: string) => new PruneError('bad-inputs', `${quote(place, 500)} ${why}`);
  if (MAGIC.some((byte, i) => bytes[i] !== byte)) throw refuse('is no .npy file');
  if (bytes[6]! < 1 || bytes[6]! > 3) {
    throw refuse(`is of the format ${bytes[6]}.${bytes[7]}: needed is 1.0, 2.0 or 3.0`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const wide = bytes[6]! >= 2;
  const start = wide ? 12 : 10;
  const length = bytes.length < start ? -1 : wide ? view.getUint32(8, true) : view.getUint16(8, true);
  if (length < 0 || start + length > bytes.length) throw refuse('ends inside its header');
  const header = new TextDecoder().decode(bytes.subarray(start, start + length));
  const type = /'descr':\s*'([<>|=]?)(\w+)'/.exec(header);
  const order = /'fortran_order':\s*(True|False)/.exec(header)?.[1];
  const shape = /'shape':\s*\(([\d,\sL]*)\)/.exec(header)?.[1];
  if (type === null || order === undefined || shape === undefined)
    throw refuse('has a header that is no array of numbers');
  const [, byteOrder, name] = type;
  const open = VIEWS[name!];
  if (open === undefined) throw refuse(`holds elements of the type ${quote(name!)}: needed are numbers`);
  const size = Number(name!.slice(1));
  if (byteOrder === '>' && size > 1) {
    throw refuse('is big-endian: save it with array.astype(array.dtype.newbyteorder("<"))');
  }
  if (order === 'True') {
    throw refuse('is in Fortran order: save it with numpy.ascontiguousarray(array)');
  }
  const dims = shape.split(',').flatMap((part) => (part.trim() === '' ? [] : [Number.parseInt(part, 10)]));
  const needed = elementsOf(dims) * size;
  const have = bytes.length - start - length;
  if (have !== needed)
    throw refuse(`has ${have} bytes for the shape [${dims.join(', ')}], which needs ${needed}`);
  return { data: open(Uint8Array.from(bytes.subarray(start + length)).buffer), dims };
}

/**
 * The arrays of an .npz file by name.
 *
 * @throws PruneError `bad-inputs`
 */
export function readNpz(bytes: Uint8Array, place: string): Record<string, InputArray> {
  let files: readonly { readonly name: string; readonly content: Uint8Array }[];
  try {
    // Holds each file against the checksum that was written with it.
    files = new Zip(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))
      .getEntries()
      .map((entry) => ({
        name: entry.entryName,
        content: entry.getData(),
      }));
  } catch (cause) {
    throw new PruneError('bad-inputs', `${quote(place, 500)} is no .npz file, or a damaged one`, { cause });
  }
  return Object.fromEntries(
    files.map(({ name, content }) => [name.replace(/\.npy$/, ''), readNpy(content, `${place}: ${name}`)]),
  );
}
