import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

/** How many bytes a model takes, as it is and as it is sent. */
export interface CompressedBytes {
  readonly raw: number;
  /** By gzip, level 9. */
  readonly gzip: number;
  /** By brotli, quality 11, which takes seconds a megabyte. */
  readonly brotli: number;
}

/**
 * What a model takes on its way to a browser.
 *
 * @example
 * ```ts
 * import { compressedBytes } from '@synaprune/onnx-shrink/node';
 *
 * const { raw, gzip } = await compressedBytes(new Uint8Array(10_000));
 * console.log(raw, gzip < 100); // 10000 true
 * ```
 */
export async function compressedBytes(bytes: Uint8Array): Promise<CompressedBytes> {
  const [zipped, brotli] = await Promise.all([
    promisify(gzip)(bytes, { level: 9 }),
    promisify(brotliCompress)(bytes, {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
        [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
      },
    }),
  ]);
  return { raw: bytes.length, gzip: zipped.length, brotli: brotli.length };
}
