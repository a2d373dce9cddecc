import { createScratch } from '../scratch.js';
import { hasWebAssembly } from '../wasm-module.js';
import { rowsOf } from './code-book.js';
import { type CodeLoops, type CodeRun, scriptCodeLoops } from './code-loops.js';
import { type CodeExports, instantiateCodeLoops } from './wasm-code-module.js';

/** Codes that are copied in at a time; a multiple of 32. */
const COPIED = 1 << 15;

/** The arguments of a kernel that say where codes are, and which rows they have. */
type Walked = Parameters<CodeExports['countCodes']> extends [...infer Walk, number] ? Walk : never;

/**
 * The loops in a WebAssembly memory of their own, or `undefined` where there is none: tables are copied in once a call,
 * codes and masks a stretch at a time, and back.
 */
export function createWasmCodeLoops(): CodeLoops | undefined {
  if (!hasWebAssembly()) return undefined;
  const scratch = createScratch({});
  const wasm = instantiateCodeLoops(scratch.memory);
  if (wasm === undefined) return undefined;
  /**
   * Visits all codes in stretches.
   *
   * @param tables bytes that lie in front of them, in order, each from a multiple of 16 on
   */
  const inside = <Result>(
    run: CodeRun,
    words: Int32Array,
    tables: readonly Uint8Array[],
    work: (
      pointers: readonly number[],
      each: (visit: (...walk: Walked) => void, writes: boolean) => void,
    ) => Result,
    without: () => Result,
  ): Result => {
    const width = run.book.bits / 8;
    const sizes = tables.map(({ length }) => Math.ceil(length / 16) * 16);
    const room = sizes.reduce((sum, size) => sum + size, 0);
    return scratch.use(
      room + COPIED / 8 + width * COPIED,
      (pointer) => {
        const heap = new Uint8Array(scratch.memory.buffer);
        let at = pointer;
        const pointers = tables.map((table, i) => {
          const here = at;
          heap.set(table, here);
          at += sizes[i]!;
          return here;
        });
        return work(pointers, (visit, writes) => eachStretch(run, words, heap, at, visit, writes));
      },
      without,
    );
  };
  return {
    tally: (run, words, counts) =>
      inside(
        run,
        words,
        [bytesOf(counts)],
        ([table], each) => {
          each((...walk) => wasm.tallyCodes(...walk, table!), false);
          counts.set(scratch.heap().subarray(table! >>> 2, (table! >>> 2) + counts.length));
        },
        () => scriptCodeLoops.tally(run, words, counts),
      ),
    count: (run, words, verdicts) =>
      inside(
        run,
        words,
        [verdicts],
        ([table], each) => {
          let count = 0;
          each((...walk) => {
            count += wasm.countCodes(...walk, table!);
          }, false);
          return count;
        },
        () => scriptCodeLoops.count(run, words, verdicts),
      ),
    drop: (run, words, verdicts, ties) =>
      inside(
        run,
        words,
        [verdicts, bytesOf(Uint16Array.from(run.book.zeros))],
        ([table, zeros], each) => {
          let left = ties;
          each((...walk) => {
            left = wasm.dropCodes(...walk, table!, zeros!, left);
          }, true);
          return left;
        },
        () => scriptCodeLoops.drop(run, words, verdicts, ties),
      ),
  };
}

function eachStretch(
  { bytes, book, elements, walkFrom }: CodeRun,
  words: Int32Array,
  heap: Uint8Array,
  at: number,
  visit: (...walk: Walked) => void,
  writes: boolean,
): void {
  const width = book.bits / 8;
  const { rows: all } = rowsOf(book);
  const codesAt = at + COPIED / 8;
  for (let first = 0; first < elements; first += COPIED) {
    const count = Math.min(COPIED, elements - first);
    const codes = bytes.subarray(width * first, width * (first + count));
    const mask = bytesOf(words.subarray(first >> 5, (first + count + 31) >> 5));
    heap.set(codes, codesAt);
    heap.set(mask, at);
    const { size, row, left, span, step } = walkFrom(first);
    visit(codesAt, at, count, all, size, row, left, span, step);
    if (!writes) continue;
    codes.set(heap.subarray(codesAt, codesAt + codes.length));
    mask.set(heap.subarray(at, at + mask.length));
  }
}

function bytesOf({ buffer, byteOffset, byteLength }: Int32Array | Uint32Array | Uint16Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
