/**
 * Fetches a gzipped data file of this page and unpacks it.
 *
 * @throws Error in words that can be shown
 */
export async function fetchBytes(path: string): Promise<Uint8Array> {
  const response = await fetch(new URL(path, document.baseURI));
  if (!response.ok || response.body === null) {
    throw new Error(
      `The data file ${path} did not arrive (${response.status}). Reload the page to try again.`,
    );
  }
  return unzip(response.body);
}

/** Bytes of an unpacked data file at most: ten times the larger one. */
const MOST_BYTES = 80e6;

/**
 * A gzipped stream, unpacked.
 *
 * @throws Error as soon as it has more than `most` bytes
 */
export async function unzip(
  stream: ReadableStream<Uint8Array>,
  most: number = MOST_BYTES,
): Promise<Uint8Array> {
  const plain = stream.pipeThrough(new DecompressionStream('gzip') as ReadableWritablePair<Uint8Array>);
  const parts: Uint8Array[] = [];
  let size = 0;
  const reader = plain.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.length;
    if (size > most) {
      await reader.cancel();
      throw new Error(`A data file is larger than the ${most} bytes that this page expects.`);
    }
    parts.push(value);
  }
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
