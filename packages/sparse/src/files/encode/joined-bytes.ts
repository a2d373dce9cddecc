/** Bytes in several buffers, read as if they were one. */
export interface JoinedBytes {
  readonly length: number;
  /** Where each buffer ends. */
  readonly ends: readonly number[];
  /** A copy of some. They must lie within. */
  read(offset: number, length: number): Uint8Array<ArrayBuffer>;
}

export function joinBytes(buffers: readonly Uint8Array[]): JoinedBytes {
  let length = 0;
  const ends = buffers.map((buffer) => {
    length += buffer.length;
    return length;
  });
  return {
    length,
    ends,
    read: (offset, count) => {
      const bytes = new Uint8Array(count);
      for (let i = firstAfter(ends, offset), at = 0; at < count; i += 1) {
        const start = ends[i]! - buffers[i]!.length;
        const part = buffers[i]!.subarray(offset + at - start, offset + count - start);
        bytes.set(part, at);
        at += part.length;
      }
      return bytes;
    },
  };
}

/** The first end that lies behind an offset. */
function firstAfter(ends: readonly number[], offset: number): number {
  let [low, high] = [0, ends.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ends[middle]! > offset) high = middle;
    else low = middle + 1;
  }
  return low;
}
