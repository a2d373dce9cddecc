import { corrupt } from './fail.js';
import { chunksOf, type PackedSource } from './source.js';

/** Bytes one behind the other, whatever chunks they come in. */
export interface Reader {
  /** Bytes taken so far. */
  taken(): number;
  /** The next bytes. @throws `corrupt-file` when there are fewer */
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
  /** Whether there is a further chunk, which may be empty. */
  const next = async (): Promise<boolean> => {
    const { done, value } = await chunks.next();
    // Streams of the platform take no shared memory.
    if (!done) chunk = value.buffer instanceof ArrayBuffer ? (value as typeof chunk) : value.slice();
    return !done;
  };
  return {
    taken: () => taken,
    take: async (bytes) => {
      const parts: Uint8Array<ArrayBuffer>[] = [];
      for (let missing = bytes; ; ) {
        const part = chunk.subarray(0, missing);
        chunk = chunk.subarray(part.length);
        missing -= part.length;
        taken += part.length;
        onTaken?.(taken);
        if (part.length === bytes) return part;
        parts.push(part);
        if (missing === 0) {
          const all = new Uint8Array(bytes);
          let at = 0;
          for (const each of parts) {
            all.set(each, at);
            at += each.length;
          }
          return all;
        }
        if (!(await next())) throw corrupt(`${taken + missing} bytes or more, got ${taken}`);
      }
    },
    end: async () => {
      do if (chunk.length > 0) throw corrupt(`${taken} bytes, got more`);
      while (await next());
    },
    close: () => void chunks.return().catch(() => {}),
  };
}

/** What was deflated, of a length that is known. */
export async function inflate(packed: Uint8Array<ArrayBuffer>, length: number): Promise<Uint8Array> {
  const { readable, writable } = new DecompressionStream('deflate-raw');
  const writer = writable.getWriter();
  // What fails here fails below as well.
  const ignore = (): void => {};
  writer.write(packed).catch(ignore);
  writer.close().catch(ignore);
  const reader = createReader(readable);
  try {
    const bytes = await reader.take(length);
    await reader.end();
    return bytes;
  } catch (error) {
    throw corrupt(`${length} deflated bytes, got others`, error);
  } finally {
    reader.close();
  }
}
