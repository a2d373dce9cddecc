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

/** A gzipped stream, unpacked. */
export async function unzip(stream: ReadableStream<Uint8Array>): Promise<Uint8Array> {
  const plain = stream.pipeThrough(new DecompressionStream('gzip') as ReadableWritablePair<Uint8Array>);
  return new Uint8Array(await new Response(plain as BodyInit).arrayBuffer());
}
