import { deflate } from './deflate.js';
import { splitPlanes } from './planes.js';
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
  const { positions, planes } = splitPlanes(bytes, width, coding > 3);
  const elements = bytes.length / width;
  const kept = positions.length;
  const [dense, mask, ...streams] = await Promise.all([
    deflate(bytes),
    kept > 0 && kept < elements ? codeMask(positions) : { rice: 0, stream: NOTHING },
    NOTHING,
    ...planes.map(codeStream),
  ]);
  const all = [mask.stream, ...streams];
  const size = all.reduce((sum, stream) => sum + stream.size, ENTRY_BYTES);
  return size < dense.length ? { elements, coding, kept, rice: mask.rice, streams: all } : undefined;
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
