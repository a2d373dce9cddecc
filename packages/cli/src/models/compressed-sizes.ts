import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

/** Bytes of a model, as it is and as it is sent. */
export interface Sizes {
  readonly bytes: number;
  /** By gzip, level 9. */
  readonly gzip: number;
  /** By brotli, quality 9, as servers compress: the highest would take seconds a megabyte. */
  readonly brotli: number;
}

/** What files take, each compressed on its own. */
export async function compressedSizes(files: readonly Uint8Array[]): Promise<Sizes> {
  const sum = (sizes: readonly number[]) => sizes.reduce((total, size) => total + size, 0);
  const zipped = await Promise.all(files.map((file) => promisify(gzip)(file, { level: 9 })));
  const brotli = await Promise.all(
    files.map((file) =>
      promisify(brotliCompress)(file, {
        params: {
          [constants.BROTLI_PARAM_QUALITY]: 9,
          [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
          [constants.BROTLI_PARAM_SIZE_HINT]: file.length,
        },
      }),
    ),
  );
  return {
    bytes: sum(files.map(({ length }) => length)),
    gzip: sum(zipped.map(({ length }) => length)),
    brotli: sum(brotli.map(({ length }) => length)),
  };
}
