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

/** What a source is known by: its form, since Node takes a while to make the class of responses. */
type Form = Partial<Response & ReadableStream<Uint8Array> & AsyncIterable<Uint8Array>> | undefined;

/**
 * The bytes of a source in chunks, or whatever it is made of in their place. What is left of a stream when this ends early is
 * cancelled.
 */
export async function* chunksOf(source: PackedSource): AsyncGenerator<unknown, void, undefined> {
  let from = source as Form;
  const failed = (why: unknown): never => {
    throw fileError('file-failed', `the file at ${from!.url ?? from}, got ${why}`, why);
  };
  if (typeof source === 'string' || source instanceof URL) from = await fetch(source).catch(failed);
  if (from?.body) {
    if (!from.ok) failed(`status ${from.status}`);
    from = from.body as Form;
  }
  if (from?.getReader) {
    const reader = from.getReader();
    try {
      for (let read = await reader.read(); !read.done; read = await reader.read()) yield read.value;
    } finally {
      reader.cancel().catch(() => {});
    }
  } else if (from?.[Symbol.asyncIterator]) yield* from as AsyncIterable<Uint8Array>;
  else yield source instanceof ArrayBuffer ? new Uint8Array(source) : from;
}
