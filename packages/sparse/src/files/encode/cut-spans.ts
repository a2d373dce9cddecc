import { WIDTHS } from '../decode/format.js';
import type { Span } from './source.js';

/** A part of a span that lies in one buffer. */
export interface Cut {
  readonly span: Span;
  readonly offset: number;
  readonly length: number;
}

/** Bytes that are quick to write again and again, and few enough for several to go into a group. */
const MOST_BYTES = 2 ** 21;

/** Less is not worth an entry of the directory. */
const LEAST_BYTES = 64;

/**
 * Cuts tensors into pieces. What lies across the ends of buffers, or is too little, is in none.
 *
 * @param ends of the buffers
 */
export function cutSpans(spans: readonly Span[], ends: readonly number[]): Cut[] {
  const cuts: Cut[] = [];
  let buffer = 0;
  for (const span of spans) {
    const width = WIDTHS[span.coding]!;
    const end = span.offset + span.length;
    let offset = span.offset;
    while (offset < end) {
      while (ends[buffer]! <= offset) buffer += 1;
      const room = Math.min(end, ends[buffer]!, offset + MOST_BYTES) - offset;
      const length = room - (room % width);
      if (length >= LEAST_BYTES) cuts.push({ span, offset, length });
      // An element across an end.
      offset += length > 0 ? length : width;
    }
  }
  return cuts;
}
