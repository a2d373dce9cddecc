import { checksum } from '../decode/checksum.js';
import { LARGEST_GROUP, MOST_STREAMS, WIDTHS } from '../decode/format.js';
import type { CodedPiece, Stream } from './coded-piece.js';
import { concat, deflate } from './deflate.js';
import { createVarints, type Varints } from './varints.js';

/** Takes pieces in their order, and makes groups of them. */
export interface GroupWriter {
  /**
   * @param gap bytes in front of the piece that belong to none
   * @param piece `undefined` at the end
   */
  add(gap: Uint8Array<ArrayBuffer>, piece: CodedPiece | undefined): Promise<void>;
  /** The groups, and what the directory has of them. */
  finish(): Promise<{ readonly groups: readonly Uint8Array[]; readonly entries: readonly Uint8Array[] }>;
}

interface Entry {
  readonly gap: Stream;
  readonly piece: CodedPiece | undefined;
}

export function createGroupWriter(): GroupWriter {
  const groups: Uint8Array[] = [];
  const entries: Uint8Array[] = [];
  let open: Entry[] = [];
  let size = 0;
  const close = async (): Promise<void> => {
    if (open.length === 0) return;
    const { bytes, packed } = await writeGroup(open);
    groups.push(bytes);
    const varints = createVarints();
    varints.add(packed, open.length);
    for (const entry of open) describeEntry(varints, entry);
    entries.push(varints.bytes());
    open = [];
    size = 0;
  };
  const push = (gap: Uint8Array<ArrayBuffer>, piece: CodedPiece | undefined, length: number): void => {
    if (gap.length === 0 && piece === undefined) return;
    open.push({ gap: { bytes: gap, deflated: true, size: gap.length }, piece });
    size += gap.length + length;
  };
  return {
    add: async (gap, piece) => {
      const length = piece === undefined ? 0 : piece.elements * WIDTHS[piece.coding]!;
      let rest = gap;
      while (rest.length + length > LARGEST_GROUP) {
        const part = rest.subarray(0, LARGEST_GROUP - size);
        push(part, undefined, 0);
        rest = rest.subarray(part.length);
        await close();
      }
      if (size + rest.length + length > LARGEST_GROUP) await close();
      push(rest, piece, length);
    },
    finish: async () => {
      await close();
      return { groups, entries };
    },
  };
}

/** What is deflated as one, what is not, and the checksum of both. */
async function writeGroup(entries: readonly Entry[]): Promise<{ bytes: Uint8Array; packed: number }> {
  const [plain, deflated]: [Uint8Array[], Uint8Array[]] = [[], []];
  for (let i = 0; i < MOST_STREAMS; i += 1) {
    for (const { gap, piece } of entries) {
      const stream = i === 0 ? gap : piece?.streams[i - 1];
      if (stream !== undefined) (stream.deflated ? deflated : plain).push(stream.bytes);
    }
  }
  const inflated = concat(deflated);
  const packed = inflated.length === 0 ? inflated : await deflate(inflated);
  const bytes = concat([packed, ...plain, new Uint8Array(4)]);
  const end = bytes.length - 4;
  new DataView(bytes.buffer).setUint32(end, checksum(bytes.subarray(0, end)), true);
  return { bytes, packed: packed.length };
}

function describeEntry(varints: Varints, { gap, piece }: Entry): void {
  const {
    elements = 0,
    coding = 0,
    kept = 0,
    rice = 0,
    inner = 0,
    start = 0,
    trailing = 0,
    streams = [],
  } = piece ?? {};
  const [mask = 0, table = 0] = streams.map(({ bytes }) => bytes.length);
  const deflated = [gap, ...streams].reduce((bits, stream, i) => bits + (stream.deflated ? 2 ** i : 0), 0);
  varints.add(
    gap.bytes.length,
    elements,
    coding,
    kept,
    rice,
    mask,
    table / 4,
    inner,
    start,
    trailing,
    deflated,
  );
}
