import { corrupt } from './fail.js';
import { chunksOf, type PackedSource } from './source.js';

/** Bytes one behind the other, whatever chunks they come in. */
export interface Reader {
  /**
   * A copy of the next bytes, so many that memory for them may be taken. In its buffer follow eight zeros, so that bits
   * can be read by the word. @throws `corrupt-file` when there are fewer
   */
  take(bytes: number): Promise<Uint8Array<ArrayBuffer>>;
  /** @throws `corrupt-file` unless all were taken */
  end(): Promise<void>;
  /** Lets go of the source. */
  close(): void;
}

/**
 * @param onTaken called with the number of bytes taken so far, whenever some were
 */
export function createReader(source: PackedSource, onTaken?: (taken: number) => void): Reader {
  const chunks = chunksOf(source);
  let chunk = new Uint8Array(0);
  let taken = 0;
  /** Whether there are further bytes in `chunk`. */
  const more = async (): Promise<boolean> => {
    while (chunk.length === 0) {
      const { done, value } = await chunks.next();
      if (done) return false;
      // By its form: it may be of another realm.
      if ((value as typeof chunk | null)?.BYTES_PER_ELEMENT !== 1) {
        // A symbol is made text of only when asked.
        throw new TypeError(`unpack needs bytes, a stream or an address, got ${String(value)}`);
      }
      chunk = value as typeof chunk;
    }
    return true;
  };
  return {
    take: async (bytes) => {
      const all = new Uint8Array(bytes + 8);
      for (let at = 0; at < bytes; ) {
        if (!(await more())) throw corrupt(`${bytes - at} more bytes, got ${taken}`);
        const part = chunk.subarray(0, bytes - at);
        chunk = chunk.subarray(part.length);
        all.set(part, at);
        at += part.length;
        taken += part.length;
        onTaken?.(taken);
      }
      return all.subarray(0, bytes);
    },
    end: async () => {
      if (await more()) throw corrupt(`${taken} bytes, got more`);
    },
    close() {
      chunks.return().catch(() => {});
    },
  };
}

/** What was deflated, of a length that is known. */
export async function inflate(packed: Uint8Array<ArrayBuffer>, length: number): Promise<Uint8Array> {
  // A blob, which would be shorter, takes longer than a small file.
  const source = new ReadableStream<BufferSource>({
    start(controller) {
      controller.enqueue(packed);
      controller.close();
    },
  });
  const plain = source.pipeThrough(new DecompressionStream('deflate-raw'));
  const reader = createReader(plain);
  try {
    const bytes = await reader.take(length);
    await reader.end();
    return bytes;
  } catch (error) {
    throw corrupt(`${length} deflated bytes`, error);
  } finally {
    reader.close();
  }
}
