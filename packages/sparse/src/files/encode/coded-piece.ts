import { LISTED } from '../decode/format.js';
import { deflate } from './deflate.js';
import { listWords } from './listed.js';
import { type Kept, splitPlanes } from './planes.js';
import { type RiceMask, writePositions } from './rice.js';
import { CODINGS } from './source.js';

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
  /** Of values whose leading bits are listed: how many bits trail. */
  readonly trailing?: number;
  /** The mask, a table, the planes. */
  readonly streams: readonly Stream[];
}

/** What the directory takes for a piece, about. */
const ENTRY_BYTES = 12;

const NOTHING: Stream = { bytes: new Uint8Array(0), deflated: false, size: 0 };

/** What there is to be coded of a piece. */
export interface PieceValues
  extends Kept,
    Pick<CodedPiece, 'elements' | 'coding' | 'inner' | 'start' | 'trailing'> {
  readonly table?: Float32Array<ArrayBuffer> | Uint32Array<ArrayBuffer>;
}

/** Codes what is left of a piece. */
export async function codePiece(
  values: PieceValues,
  maskOf: Promise<CodedMask> = codeMask(values),
): Promise<CodedPiece> {
  const { positions, planes, table, ...rest } = values;
  const [{ rice, stream: mask }, ...streams] = await Promise.all([
    maskOf,
    table === undefined ? NOTHING : codeStream(new Uint8Array(table.buffer)),
    ...planes.map(codeStream),
  ]);
  return { ...rest, kept: positions.length, rice, streams: [mask, ...streams] };
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
  const kept = splitPlanes(bytes, width, coding > LISTED);
  const values = { ...kept, elements: bytes.length / width, coding };
  const mask = codeMask(values);
  const [dense, ...pieces] = await Promise.all([
    deflate(bytes),
    ...(await choicesOf(values)).map((choice) => codePiece(choice, mask)),
  ]);
  const best = pieces.reduce((a, b) => (sizeOf(b) < sizeOf(a) ? b : a));
  return sizeOf(best) + ENTRY_BYTES < dense.length ? best : undefined;
}

/** Values that are few enough to be coded twice. */
const FEW = 4096;

/** How values may be coded. Where the lowest bits of many floats are noise, planes gain nothing that a list does not. */
async function choicesOf(values: PieceValues): Promise<readonly PieceValues[]> {
  if (values.coding !== CODINGS.float32) return [values];
  const listed = listLeading(values);
  const both = values.positions.length < FEW || (await codeStream(values.planes[0]!)).deflated;
  return both ? [listed, values] : [listed];
}

/** The same float32 values, their leading bits listed. */
function listLeading({ positions, planes, elements }: PieceValues): PieceValues {
  const [a, b, c, d] = planes as readonly [Uint8Array, Uint8Array, Uint8Array, Uint8Array];
  const words = Uint32Array.from(a, (byte, i) => byte | (b[i]! << 8) | (c[i]! << 16) | (d[i]! << 24));
  const { trailing, table, index, rest } = listWords(words);
  return { positions, elements, coding: LISTED, trailing, table, planes: [index, rest] };
}

function sizeOf({ streams }: CodedPiece): number {
  return streams.reduce((sum, { size }) => sum + size, 0);
}

interface CodedMask {
  readonly rice: number;
  readonly stream: Stream;
}

/** The shortest of a mask in its best Rice code, that deflated, and one bit an element deflated, as blocks want it. */
async function codeMask({ positions, elements }: PieceValues): Promise<CodedMask> {
  if (positions.length === 0 || positions.length === elements) return { rice: 0, stream: NOTHING };
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
