import { forEachField, type Span } from './wire.js';

/** Other bytes for a value. */
export interface Edit extends Span {
  readonly bytes: Uint8Array;
}

/**
 * A message with other, longer or shorter values in it: the lengths of everything around them follow, and all else
 * is copied.
 *
 * @param edits each one whole value of a field, as {@link forEachField} gives it; in order, apart
 */
export function splice(bytes: Uint8Array, edits: readonly Edit[]): Uint8Array {
  if (edits.length === 0) return bytes;
  return concat(rewrite(bytes, { start: 0, end: bytes.length }, edits));
}

/** Edits in the order that {@link splice} needs. */
export function inOrder(edits: readonly Edit[]): Edit[] {
  return edits.toSorted((a, b) => a.start - b.start);
}

/** The pieces of a message that holds at least one edit. */
function rewrite(bytes: Uint8Array, span: Span, edits: readonly Edit[]): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  let copied = span.start;
  let next = 0;
  let fieldStart = span.start;
  forEachField(bytes, span, 'the model', (field, wire, start, end) => {
    const at = fieldStart;
    fieldStart = end;
    const first = next;
    while (next < edits.length && edits[next]!.end <= end) next += 1;
    if (next === first) return;
    const own = edits.slice(first, next);
    const [only] = own;
    const whole = only!.start === start && only!.end === end;
    const content = whole ? [only!.bytes] : rewrite(bytes, { start, end }, own);
    pieces.push(bytes.subarray(copied, at), varint(field * 8 + wire));
    // Only what stands behind a length can hold anything.
    if (wire === 2) pieces.push(varint(content.reduce((sum, { length }) => sum + length, 0)));
    for (const piece of content) pieces.push(piece);
    copied = end;
  });
  pieces.push(bytes.subarray(copied, span.end));
  return pieces;
}

/** The shortest varint of a whole number below 2⁵³. */
function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 0x7f; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 0x80);
  return Uint8Array.of(...bytes, rest);
}

function concat(pieces: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}
