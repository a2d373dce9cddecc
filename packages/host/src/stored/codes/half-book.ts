import { rankHalves } from '../../half-floats.js';
import type { HalfFormat } from '../../host-weight.js';
import type { CodeBook } from './code-book.js';

const books = new Map<HalfFormat, CodeBook>();

/**
 * Sixteen-bit floats as codes, for weights that lie in bytes at any offset. They rank by the value they stand for, among
 * float32 too.
 *
 * @returns the same book each time
 *
 * @example
 * ```ts
 * import { constantSparsity, createPruner } from '@synaprune/core';
 * import { halfBook, storedBackend } from '@synaprune/host/stored';
 *
 * const bytes = Uint8Array.of(0, 0x3c, 0, 0x40); // 1 and 2 in float16
 * const pruner = createPruner({
 *   backend: storedBackend(),
 *   weights: [{ name: 'kernel', weight: { bytes, shape: [2], codes: halfBook('float16') } }],
 *   schedule: constantSparsity(0.5),
 * });
 * await pruner.update(0);
 * console.log([...bytes]); // [ 0, 0, 0, 64 ]
 * pruner.dispose();
 * ```
 */
export function halfBook(format: HalfFormat): CodeBook {
  let book = books.get(format);
  if (book === undefined) {
    const codes = Uint16Array.from({ length: 65536 }, (_, code) => code);
    const magnitudes = new Int32Array(65536);
    const ranking = rankHalves(codes, format);
    if (typeof ranking === 'function') ranking(0, 65536, magnitudes);
    book = { bits: 16, magnitudes: (_, into) => into.set(magnitudes), zeros: [0] };
    books.set(format, book);
  }
  return book;
}
