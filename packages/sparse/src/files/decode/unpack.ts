import { checksum } from './checksum.js';
import { type Group, readDirectory, sumOf } from './directory.js';
import { corrupt, fileError } from './fail.js';
import { MAGIC, MOST_STREAMS, PREFIX_BYTES, VERSION } from './format.js';
import { buildModel, type Models } from './model.js';
import { readPositions } from './positions.js';
import { createReader, inflate, type Reader } from './reader.js';
import type { PackedSource } from './source.js';
import { readValues } from './values.js';

/** How far reading has come. */
export interface UnpackProgress {
  /** Bytes of the packed file so far, and all of them. */
  readonly loaded: number;
  readonly total: number;
}

/** Options of {@link unpack}. */
export interface UnpackOptions<Kind extends keyof Models = keyof Models> {
  /** What the file has to hold. Any kind unless told. */
  readonly kind?: Kind;
  /** Most bytes that the result may take: 2 GiB unless told. */
  readonly limit?: number;
  readonly onProgress?: (progress: UnpackProgress) => void;
}

/**
 * The model that `pack` made a file of, byte for byte if that was lossless. Takes bytes, chunks as they arrive, or an
 * address, and little memory beside the result.
 *
 * @returns a new model, whose buffers are its own
 * @throws TypeError when it is no such source or no such option
 * @throws PruneError `corrupt-file` when the file is cut, changed or none of these; `file-version` when another release
 *   wrote it; `too-large` above the limit; `wrong-kind` when it holds another kind of model than asked for;
 *   `file-failed` when an address cannot be read
 */
export async function unpack<Kind extends keyof Models = keyof Models>(
  source: PackedSource,
  options: UnpackOptions<Kind> = {},
): Promise<Models[Kind]> {
  const { kind, limit = 2 ** 31, onProgress, ...unknown } = options;
  for (const key in unknown) throw new TypeError(`unpack has no option ${key}`);
  let total = 0;
  const reader = createReader(source, (loaded) => {
    if (total > 0) onProgress?.({ loaded, total });
  });
  try {
    const { head, sizes, groups, bytes } = readDirectory(await readFront(reader, limit));
    if (kind && kind !== head?.kind) {
      throw fileError('wrong-kind', `a file of kind ${kind}, got ${JSON.stringify(head?.kind)}`);
    }
    requireLimit(sumOf(sizes), limit);
    const buffers = sizes.map((size) => new ArrayBuffer(size));
    const write = writerOf(buffers);
    total = reader.taken() + bytes;
    for (const group of groups) await readGroup(reader, group, write);
    await reader.end();
    try {
      return buildModel(head, buffers) as Models[Kind];
    } catch (error) {
      throw corrupt('a head that fits', error);
    }
  } finally {
    reader.close();
  }
}

function requireLimit(bytes: number, limit: number): void {
  if (bytes > limit) throw fileError('too-large', `${bytes} bytes of memory; the limit is ${limit}`);
}

/** What is in front of the groups, inflated. */
async function readFront(reader: Reader, limit: number): Promise<Uint8Array> {
  const prefix = await reader.take(PREFIX_BYTES);
  const [magic, version, packed, length, sum] = new Uint32Array(prefix.slice().buffer);
  if (magic !== MAGIC) throw corrupt('a file that begins with SYNP');
  if (version !== VERSION) throw fileError('file-version', `version ${VERSION}, got ${version}`);
  const deflated = await reader.take(packed!);
  requireSum(sum!, checksum(deflated, checksum(prefix.subarray(0, 16))));
  requireLimit(length!, limit);
  return inflate(deflated, length!);
}

/** Writes bytes into buffers, one behind the other. */
function writerOf(buffers: readonly ArrayBuffer[]): (bytes: Uint8Array) => void {
  let [i, at] = [0, 0];
  return (bytes) => {
    for (let done = 0; done < bytes.length; ) {
      const buffer = buffers[i]!;
      const part = bytes.subarray(done, done + buffer.byteLength - at);
      new Uint8Array(buffer).set(part, at);
      done += part.length;
      at += part.length;
      if (at === buffer.byteLength) [i, at] = [i + 1, 0];
    }
  };
}

async function readGroup(reader: Reader, group: Group, write: (bytes: Uint8Array) => void): Promise<void> {
  const { pieces, packed, inflated, plain } = group;
  const end = packed + plain;
  const bytes = await reader.take(end + 4);
  requireSum(new Uint32Array(bytes.slice(end).buffer)[0]!, checksum(bytes.subarray(0, end)));
  const sources = [
    bytes.subarray(packed),
    inflated ? await inflate(bytes.subarray(0, packed), inflated) : bytes,
  ];
  const cursors = [0, 0];
  // Streams of a kind lie together: the gaps of all pieces, then all masks, and so on.
  const streams = pieces.map((): Uint8Array[] => []);
  for (let i = 0; i < MOST_STREAMS; i += 1) {
    pieces.forEach((piece, j) => {
      const from = (piece.deflated >> i) & 1;
      const at = cursors[from]!;
      cursors[from] = at + (piece.streams[i] ?? 0);
      if (i < piece.streams.length) streams[j]!.push(sources[from]!.subarray(at, cursors[from]));
    });
  }
  pieces.forEach((piece, j) => {
    const [gap, mask] = streams[j]!;
    const { elements, kept, rice } = piece;
    write(gap!);
    if (elements > 0) write(readValues(piece, readPositions(mask!, rice, kept, elements), streams[j]!));
  });
}

function requireSum(needed: number, got: number): void {
  if (needed !== got) throw corrupt(`bytes of checksum ${needed}, got ${got}`);
}
