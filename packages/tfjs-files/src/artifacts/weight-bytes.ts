import { describe } from '@synaprune/core/checks';

/** Bytes of weights in one or several buffers, read as if they were one. */
export interface WeightBytes {
  readonly length: number;
  /** The lengths of the buffers, in their order. */
  readonly partition: readonly number[];
  /** A copy of some bytes, in a buffer of its own. They must lie within. */
  read(offset: number, length: number): Uint8Array<ArrayBuffer>;
  /** Writes bytes over others, whatever buffers they lie in. Only for buffers of one's own: see {@link copyBytes}. */
  write(offset: number, bytes: Uint8Array): void;
  /** The buffers themselves, in the form that they were given in. */
  readonly data: ArrayBuffer | ArrayBuffer[];
}

/**
 * @throws TypeError when it is neither an `ArrayBuffer` nor a list of them
 */
export function weightBytes(caller: string, data: unknown): WeightBytes {
  const buffers: readonly unknown[] = Array.isArray(data) ? data : [data];
  const wrong = buffers.find((buffer) => !isBuffer(buffer));
  if (buffers.some((buffer) => !isBuffer(buffer))) {
    const bytes = ArrayBuffer.isView(wrong)
      ? '; of a Uint8Array it is the buffer, where that is its own'
      : '';
    throw new TypeError(
      `${caller} needs weightData to be an ArrayBuffer or a list of them, got ${describe(wrong)}${bytes}`,
    );
  }
  const parts = (buffers as readonly ArrayBuffer[]).map((buffer) => new Uint8Array(buffer));
  const starts: number[] = [];
  let length = 0;
  for (const part of parts) {
    starts.push(length);
    length += part.length;
  }
  /** Calls `each` for every buffer that holds some of the bytes. */
  const walk = (
    offset: number,
    count: number,
    each: (part: Uint8Array, from: number, to: number, at: number) => void,
  ): void => {
    for (let i = firstAt(starts, offset); i < parts.length && starts[i]! < offset + count; i += 1) {
      const from = Math.max(0, offset - starts[i]!);
      const to = Math.min(parts[i]!.length, offset + count - starts[i]!);
      if (to > from) each(parts[i]!, from, to, starts[i]! + from - offset);
    }
  };
  return {
    length,
    partition: parts.map((part) => part.length),
    data: (Array.isArray(data) ? [...data] : data) as ArrayBuffer | ArrayBuffer[],
    read: (offset, count) => {
      const bytes = new Uint8Array(count);
      walk(offset, count, (part, from, to, at) => bytes.set(part.subarray(from, to), at));
      return bytes;
    },
    write: (offset, bytes) =>
      walk(offset, bytes.length, (part, from, to, at) => part.set(bytes.subarray(at, at + to - from), from)),
  };
}

/** The same bytes in new buffers, split as they were. */
export function copyBytes(caller: string, { data }: WeightBytes): WeightBytes {
  return weightBytes(caller, Array.isArray(data) ? data.map((buffer) => buffer.slice(0)) : data.slice(0));
}

/** The last part that starts at or before `offset`. */
function firstAt(starts: readonly number[], offset: number): number {
  let [low, high] = [0, starts.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (starts[middle]! <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Also of another realm, which has a class of its own for it. */
function isBuffer(value: unknown): value is ArrayBuffer {
  return Object.prototype.toString.call(value) === '[object ArrayBuffer]';
}
