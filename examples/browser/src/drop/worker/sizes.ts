import type { Turn } from './turn';

/** Bytes that are given to the compressor at a time. */
const CHUNK = 1 << 20;

/** Bytes of files, each compressed by the browser's own gzip; `undefined` where it has none. */
export async function gzippedBytes(
  files: readonly { readonly bytes: Uint8Array<ArrayBuffer> }[],
  turn: Turn,
): Promise<number | undefined> {
  if (typeof CompressionStream === 'undefined') return undefined;
  let total = 0;
  for (const { bytes } of files) {
    const stream = new CompressionStream('gzip');
    const counted = countOf(stream.readable);
    const writer = stream.writable.getWriter();
    try {
      for (let at = 0; at < bytes.length; at += CHUNK) {
        await turn.breathe();
        await writer.write(bytes.subarray(at, at + CHUNK));
      }
    } catch (error) {
      counted.catch(() => {});
      await writer.abort(error).catch(() => {});
      throw error;
    }
    await writer.close();
    total += await counted;
  }
  return total;
}

async function countOf(readable: ReadableStream<Uint8Array>): Promise<number> {
  const reader = readable.getReader();
  let bytes = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return bytes;
    bytes += value.length;
  }
}
