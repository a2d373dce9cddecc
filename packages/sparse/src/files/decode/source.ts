import { fileError } from './fail.js';

/** Where a packed file comes from: its bytes, chunks of them, or an address that is fetched. */
export type PackedSource =
  | Uint8Array
  | ArrayBuffer
  | Response
  | ReadableStream<Uint8Array>
  | AsyncIterable<Uint8Array>
  | URL
  | string;

/** The bytes of a source in chunks. What is left of a stream when this ends early is cancelled. */
export async function* chunksOf(source: PackedSource): AsyncGenerator<Uint8Array, void, undefined> {
  let from = source;
  if (typeof from === 'string' || from instanceof URL) from = await fetch(from);
  // By its form: Node takes a while to make the class of responses.
  const response = from as Partial<Response>;
  if (response?.body) {
    if (!response.ok) {
      throw fileError('file-failed', `the file at ${response.url}, got status ${response.status}`);
    }
    from = response.body;
  }
  if (from instanceof ArrayBuffer) from = new Uint8Array(from);
  const stream = from as Partial<ReadableStream<Uint8Array> & AsyncIterable<Uint8Array>>;
  if (stream?.getReader) {
    const reader = stream.getReader();
    try {
      for (let read = await reader.read(); !read.done; read = await reader.read()) yield read.value;
    } finally {
      reader.cancel().catch(() => {});
    }
  } else if (stream?.[Symbol.asyncIterator]) yield* stream as AsyncIterable<Uint8Array>;
  else if (from instanceof Uint8Array) yield from;
  else throw new TypeError(`unpack needs bytes, a stream or an address, got ${from}`);
}
