import { checksum } from '../decode/checksum.js';
import { MAGIC, PREFIX_BYTES, VERSION } from '../decode/format.js';
import type { CodedPiece } from './coded-piece.js';
import { type Cut, cutSpans } from './cut-spans.js';
import { concat, deflate } from './deflate.js';
import { createGroupWriter } from './groups.js';
import { joinBytes } from './joined-bytes.js';
import type { Source } from './source.js';
import { createVarints } from './varints.js';

/** Bytes of pieces that are worked on at once. */
const AT_ONCE = 2 ** 22;

/** Bytes that inflating a directory has to save: it takes as long as a small model. */
const WORTH_INFLATING = 64;

/** Codes the elements of a piece; `undefined` where its bytes are better off deflated as they are. */
export type CodePiece = (cut: Cut, bytes: Uint8Array<ArrayBuffer>) => Promise<CodedPiece | undefined>;

/** A model as a packed file. */
export async function writeFile(
  { head, buffers, spans }: Source,
  codeCut: CodePiece,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = joinBytes(buffers);
  const writer = createGroupWriter();
  let end = 0;
  for (const cuts of batches(cutSpans(spans, bytes.ends))) {
    const coded = await Promise.all(cuts.map((cut) => codeCut(cut, bytes.read(cut.offset, cut.length))));
    for (const [i, { offset, length }] of cuts.entries()) {
      const piece = coded[i];
      if (piece === undefined) continue;
      await writer.add(bytes.read(end, offset - end), piece);
      end = offset + length;
    }
  }
  await writer.add(bytes.read(end, bytes.length - end), undefined);
  const { groups, entries } = await writer.finish();
  const text = new TextEncoder().encode(head);
  const [before, lengths] = [createVarints(), createVarints()];
  before.add(text.length);
  lengths.add(buffers.length, ...buffers.map(({ length }) => length), groups.length);
  const directory = concat([before.bytes(), text, lengths.bytes(), ...entries]);
  return concat([await frontOf(directory), ...groups]);
}

function* batches(cuts: readonly Cut[]): Generator<readonly Cut[]> {
  let batch: Cut[] = [];
  let size = 0;
  for (const cut of cuts) {
    if (size + cut.length > AT_ONCE && batch.length > 0) {
      yield batch;
      batch = [];
      size = 0;
    }
    batch.push(cut);
    size += cut.length;
  }
  if (batch.length > 0) yield batch;
}

/** The directory, deflated where that pays, and what stands in front of it. */
async function frontOf(directory: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const shorter = await deflate(directory);
  const deflated = shorter.length < directory.length - WORTH_INFLATING ? shorter : directory;
  const front = concat([new Uint8Array(PREFIX_BYTES), deflated]);
  const view = new DataView(front.buffer);
  for (const [i, value] of [MAGIC, VERSION, deflated.length, directory.length].entries()) {
    view.setUint32(4 * i, value, true);
  }
  view.setUint32(16, checksum(deflated, checksum(front.subarray(0, 16))), true);
  return front;
}
