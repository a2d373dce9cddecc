import { readSync } from 'node:fs';
import { corrupt } from './errors.js';
import { LONGEST_LINE } from './run-kind.js';

/** A line of a file: its number from 1, where its bytes lie, and its text without the newline. */
export interface Line {
  readonly number: number;
  readonly offset: number;
  /** Bytes, without the newline. */
  readonly size: number;
  readonly text: string;
  /** Whether a newline ends it. The last line of a file whose writer was killed has none. */
  readonly ended: boolean;
}

const CHUNK = 1 << 20;
const NEWLINE = 0x0a;

/**
 * The lines of an open file, in order, with no more than one line and one chunk in memory.
 *
 * @param path of the file, for messages
 * @throws PruneError `state-corrupt` for a line that is longer than any run's
 */
export function* readLines(file: number, path: string): Generator<Line> {
  const chunk = Buffer.allocUnsafe(CHUNK);
  let held: Buffer[] = [];
  let heldBytes = 0;
  let offset = 0;
  let number = 1;
  for (let position = 0; ; ) {
    const count = readSync(file, chunk, 0, CHUNK, position);
    if (count === 0) break;
    position += count;
    let from = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0 && end < count; end = chunk.indexOf(NEWLINE, from)) {
      const bytes = Buffer.concat([...held, chunk.subarray(from, end)]);
      yield { number, offset, size: bytes.length, text: bytes.toString('utf8'), ended: true };
      held = [];
      heldBytes = 0;
      offset += bytes.length + 1;
      number += 1;
      from = end + 1;
    }
    if (from < count) held.push(Buffer.from(chunk.subarray(from, count)));
    heldBytes += count - from;
    if (heldBytes > LONGEST_LINE)
      throw corrupt(path, number, `more than ${LONGEST_LINE} bytes without an end`);
  }
  if (held.length > 0) {
    const bytes = Buffer.concat(held);
    yield { number, offset, size: bytes.length, text: bytes.toString('utf8'), ended: false };
  }
}

/** The bytes of one line, as text. */
export function readText(file: number, { offset, size }: Pick<Line, 'offset' | 'size'>): string {
  const bytes = Buffer.allocUnsafe(size);
  for (let done = 0; done < size; ) {
    const count = readSync(file, bytes, done, size - done, offset + done);
    if (count === 0) throw new Error(`a file got shorter while it was read: ${size - done} bytes are gone`);
    done += count;
  }
  return bytes.toString('utf8');
}
