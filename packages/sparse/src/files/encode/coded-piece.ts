import { deflate } from './deflate.js';
import { type Kept, splitPlanes } from './planes.js';
import { type RiceMask, writePositions } from './rice.js';

/** Bytes of a stream, and whether they are worth deflating. */
export interface Stream {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly deflated: boolean;
  /** Bytes that it takes in the file, about: streams of several pieces are deflated together. */
  readonly size: number;
}

/** A part of a tensor as a file has it. */
export interface CodedPiece {
  readonly elements: number;
  readonly coding: number;
  readonly kept: number;
  readonly rice: number;
  /** Of values with scales: elements of one index of the axis, and where the piece starts. */
  readonly inner?: number;
  readonly start?: number;
  /** The mask, a table, the planes. */
  readonly streams: readonly Stream[];
}

/** What the directory takes for a piece, about. */
const ENTRY_BYTES = 12;

const NOTHING: Stream = { bytes: new Uint8Array(0), deflated: false, size: 0 };

/** What there is to be coded of a piece. */
export interface PieceValues extends Kept, Pick<CodedPiece, 'elements' | 'coding' | 'inner' | 'start'> {
  readonly table?: Float32Array<ArrayBuffer>;
}

/** Codes what is left of a piece. */
export async function codePiece(values: PieceValues): Promise<CodedPiece> {
  const { elements, coding, positions, planes, table, inner, start } = values;
  const kept = positions.length;
  const [{ rice, stream: mask }, ...streams] = await Promise.all([
    kept > 0 && kept < elements ? codeMask(positions) : { rice: 0, stream: NOTHING },
    table === undefined ? NOTHING : codeStream(new Uint8Array(table.buffer)),
    ...planes.map(codeStream),
  ]);
  const where = inner === undefined || start === undefined ? {} : { inner, start };
  return { elements, coding, kept, rice, ...where, streams: [mask, ...streams] };
}

/**
 * Codes elements exactly.
 *
 * @param coding of exact values
 * @returns `undefined` where the bytes are better off deflated as they are
 */
export async function codeExact(
  bytes: Uint8Array<ArrayBuffer>,
  coding: number,
): Promise<CodedPiece | undefined> {
  const width = 1 << (coding & 3);
  const kept = splitPlanes(bytes, width, coding > 3);
  const [dense, piece] = await Promise.all([
    deflate(bytes),
    codePiece({ ...kept, elements: bytes.length / width, coding }),
  ]);
  const size = piece.streams.reduce((sum, stream) => sum + stream.size, ENTRY_BYTES);
  return size < dense.length ? piece : undefined;
}

/** The shortest of a mask in its best Rice code, that deflated, and one bit an element deflated, as blocks want it. */
async function codeMask(positions: Uint32Array): Promise<{ rice: number; stream: Stream }> {
  const masks: RiceMask[] = [writePositions(positions)];
  if (masks[0]!.rice > 0) masks.push(writePositions(positions, 0));
  const coded = await Promise.all(
    masks.map(async ({ rice, bytes }) => ({ rice, stream: await codeStream(bytes) })),
  );
  return coded.reduce((best, each) => (each.stream.size < best.stream.size ? each : best));
}

/** What is deflated has to be worth inflating: a 64th. */
async function codeStream(bytes: Uint8Array<ArrayBuffer>): Promise<Stream> {
  const size = (await deflate(bytes)).length;
  const deflated = size < bytes.length - bytes.length / 64;
  return { bytes, deflated, size: deflated ? size : bytes.length };
}
