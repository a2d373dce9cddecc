import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

/** How large a file is, as it is and compressed. */
export interface Sizes {
  readonly bytes: number;
  /** `gzip -9`. */
  readonly gzipBytes: number;
  /** `brotli -q 9`: the best level, 11, takes twenty times as long for some two per cent. */
  readonly brotliBytes: number;
}

/** Measures a file. */
export async function measureSizes(file: Uint8Array): Promise<Sizes> {
  const [zipped, brotli] = await Promise.all([
    promisify(gzip)(file, { level: 9 }),
    promisify(brotliCompress)(file, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }),
  ]);
  return { bytes: file.length, gzipBytes: zipped.length, brotliBytes: brotli.length };
}
