import { PruneError } from '@synaprune/core';
import { describe, isRecord, quote } from '@synaprune/core/checks';
import type { Models } from './decode/model.js';
import { nodeFileHint } from './decode/node-files.js';
import type { PackedSource } from './decode/source.js';
import { unpack as read, type UnpackOptions } from './decode/unpack.js';

/**
 * The model that `pack` made a file of, byte for byte if that was lossless. Takes bytes, chunks as they arrive, or an
 * address, and little memory beside the result. For pages that only read there is the same without any dependency:
 * `unpack` of `@synaprune/sparse/unpack`.
 *
 * @returns a new model, whose buffers are its own
 * @throws TypeError when it is no such source or no such option
 * @throws PruneError `corrupt-file` when the file is cut, changed or none of these; `file-version` when another release
 *   wrote it; `too-large` above the limit; `wrong-kind` when it holds another kind of model than asked for;
 *   `file-failed` when an address cannot be read
 *
 * @example
 * ```ts
 * import { pack, unpack } from '@synaprune/sparse';
 *
 * const data = Float32Array.from({ length: 1000 }, (_, i) => (i % 10 === 0 ? Math.sin(i) : 0));
 * const { bytes } = await pack({ 'dense/kernel': { shape: [100, 10], data } });
 * const state = await unpack(bytes, { kind: 'state' });
 * console.log(bytes.length < 600, state['dense/kernel']?.data[10] === data[10]); // true true
 * ```
 *
 * @see docs/sparse-files.md for the layout
 */
export async function unpack<Kind extends keyof Models = keyof Models>(
  source: PackedSource,
  options: UnpackOptions<Kind> = {},
): Promise<Models[Kind]> {
  if (!isRecord(options))
    throw new TypeError(`unpack needs options to be an object, got ${describe(options)}`);
  try {
    return await read(source, options);
  } catch (error) {
    // The reader knows no class of errors, only their form.
    if (!(error instanceof Error) || error.name !== 'PruneError' || error instanceof PruneError) throw error;
    const { code, message, cause } = error as Error & { readonly code: string };
    const known = cause instanceof Uint8Array ? undefined : cause;
    throw new PruneError(
      code,
      message + hintOf(source, code, cause),
      known === undefined ? undefined : { cause },
    );
  }
}

/** What the reader leaves out, which is to be small: how a file that is none begins, and how Node reads files. */
function hintOf(source: PackedSource, code: string, cause: unknown): string {
  if (cause instanceof Uint8Array) {
    return `, as pack writes it, which begins with SYNP, got ${quote(String.fromCharCode(...cause.subarray(0, 4)))}`;
  }
  return nodeFileHint(source, { code, cause });
}
