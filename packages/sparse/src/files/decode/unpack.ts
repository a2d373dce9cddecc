import { checksum } from './checksum.js';
import { type Directory, type Group, readDirectory } from './directory.js';
import { attempt, corrupt, fileError } from './fail.js';
import { LARGEST_DIRECTORY, MAGIC, MOST_STREAMS, PREFIX_BYTES, VERSION, WIDTHS } from './format.js';
import { buildModel, type Models } from './model.js';
import { readPositions } from './positions.js';
import { createReader, inflate, type Reader } from './reader.js';
import type { PackedSource } from './source.js';
import { writeValues } from './values.js';

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
  let [loaded, total] = [0, 0];
  const reader = createReader(source, (taken) => {
    loaded = taken;
    if (total > 0) onProgress?.({ loaded, total });
  });
  try {
    const { head, sizes, groups, result, bytes } = await readFront(reader);
    if (kind && kind !== head?.kind) {
      throw fileError('wrong-kind', `a file of kind ${kind}, got ${JSON.stringify(head?.kind)}`);
    }
    // Also for a limit that is no number.
    if (!(result <= limit)) throw fileError('too-large', `a limit of ${result} bytes, got ${limit}`);
    const buffers = sizes.map((size) => new ArrayBuffer(size));
    const next = placesIn(buffers);
    total = loaded + bytes;
    for (const group of groups) await readGroup(reader, group, next);
    await reader.end();
    return attempt('a head that fits', () => buildModel(head, buffers)) as Models[Kind];
  } finally {
    reader.close();
  }
}

/** Reads what is in front of the groups. */
async function readFront(reader: Reader): Promise<Directory> {
  const prefix = await reader.take(PREFIX_BYTES);
  const [magic, version, packed, length, sum] = new Uint32Array(prefix.buffer);
  if (magic !== MAGIC) throw corrupt('a packed file', prefix);
  if (version !== VERSION) throw fileError('file-version', `version ${VERSION}, got ${version}`);
  if (Math.max(packed!, length!) > LARGEST_DIRECTORY) throw corrupt('a directory that fits');
  const deflated = await reader.take(packed!);
  requireSum(sum!, checksum(deflated, checksum(prefix.subarray(0, 16))));
  // What is short is not deflated.
  const directory = packed === length ? deflated : await inflate(deflated, length!);
  return attempt('a directory that fits', () => readDirectory(directory));
}

/** Hands out buffers from front to back: so many bytes that lie in one; fewer where not the whole is asked for. */
type NextPlace = (bytes: number, whole?: boolean) => DataView;

function placesIn(buffers: readonly ArrayBuffer[]): NextPlace {
  let [i, at] = [0, 0];
  return (bytes, whole) => {
    for (; at === buffers[i]!.byteLength; i += 1) at = 0;
    // Throws where there are not as many.
    const length = whole ? bytes : Math.min(bytes, buffers[i]!.byteLength - at);
    const place = new DataView(buffers[i]!, at, length);
    at += length;
    return place;
  };
}

async function readGroup(reader: Reader, group: Group, next: NextPlace): Promise<void> {
  const { pieces, packed, inflated, plain } = group;
  const bytes = await reader.take(packed + plain);
  requireSum(new Uint32Array((await reader.take(4)).buffer)[0]!, checksum(bytes));
  const sources = [
    bytes.subarray(packed),
    inflated ? await inflate(bytes.subarray(0, packed), inflated) : bytes,
  ];
  const cursors = [0, 0];
  // Streams of a kind lie together: the gaps of all pieces, then all masks, and so on.
  const streams = pieces.map((): Uint8Array[] => []);
  for (let i = 0; i < MOST_STREAMS; i += 1) {
    pieces.forEach(({ lengths, deflated }, j) => {
      const from = (deflated >> i) & 1;
      const at = cursors[from]!;
      const end = at + (lengths[i] ?? 0);
      streams[j]!.push(sources[from]!.subarray(at, end));
      cursors[from] = end;
    });
  }
  attempt('masks that fit', () =>
    pieces.forEach((piece, j) => {
      let [gap, mask] = streams[j] as [Uint8Array, Uint8Array];
      while (gap.length > 0) {
        const place = next(gap.length);
        new Uint8Array(place.buffer, place.byteOffset).set(gap.subarray(0, place.byteLength));
        gap = gap.subarray(place.byteLength);
      }
      if (piece.elements > 0) {
        const place = next(piece.elements * WIDTHS[piece.coding]!, true);
        writeValues(piece, readPositions(piece, mask), streams[j]!, place);
      }
    }),
  );
}

function requireSum(needed: number, got: number): void {
  if (needed !== got) throw corrupt(`bytes of checksum ${needed}, got ${got}`);
}
