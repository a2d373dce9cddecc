import { createScratch } from '../../scratch.js';
import { hasWebAssembly } from '../../wasm-module.js';
import { createSelect } from './bracket-codes.js';
import type { CodeBook } from './code-book.js';
import { countBelow, type Lanes, lanesOf } from './code-lanes.js';
import type { CodeLoops, MaskedRun } from './code-loops.js';
import { scriptCodeLoops } from './script-code-loops.js';
import { type CodeExports, instantiateCodeLoops, PLAN_WORDS, RESULTS, TIES } from './wasm-code-module.js';

/** Codes that are copied in at a time; a multiple of 32. */
const COPIED = 1 << 15;
/** Bytes of the lanes of a block, with what they are counted at. */
const BLOCK = 64 * (2 * 8 + 4);

/**
 * The loops in a WebAssembly memory of their own, or `undefined` where there is none: cuts are copied in once a call,
 * codes and masks a stretch at a time, and back. What they cannot do, plain loops do.
 */
export function createWasmCodeLoops(): CodeLoops | undefined {
  if (!hasWebAssembly()) return undefined;
  const scratch = createScratch({});
  const wasm = instantiateCodeLoops(scratch.memory);
  if (wasm === undefined) return undefined;

  /**
   * Goes through all codes by a kernel.
   *
   * @param ties what a kernel that drops may use of them
   * @param read what is to be known of the plan and of what is counted, afterwards
   * @returns `undefined` where there are no lanes, or no room for them
   */
  const go = <Result>(
    kernel: keyof CodeExports,
    run: MaskedRun,
    lanes: Lanes | undefined,
    ties: number,
    read: (plan: Int32Array, counts: Int32Array) => Result,
  ): Result | undefined => {
    if (lanes === undefined) return undefined;
    const { entries, bases, counted } = lanes;
    const wide = run.book.bits / 8 - 1;
    const sizes = [
      4 * PLAN_WORDS,
      BLOCK,
      4 * counted.length,
      entries.byteLength,
      bases.byteLength,
      COPIED / 8,
    ];
    const room = sizes.map((size) => Math.ceil(size / 16) * 16);
    const codesAt = room.reduce((sum, size) => sum + size, 0);
    return scratch.use(
      codesAt + (1 + wide) * COPIED,
      (plan) => {
        const heap = scratch.heap();
        const bytes = new Uint8Array(heap.buffer);
        let end = plan;
        const [, block, counts, own, based, words] = room.map((size) => {
          end += size;
          return end - size;
        }) as [number, number, number, number, number, number];
        bytes.set(bytesOf(entries), own);
        bytes.set(bytesOf(bases), based);
        bytes.fill(0, counts, own);
        const { flip, significant } = lanes.distances;
        const { row, left } = lanes.startAt(run.first);
        const pitch = (1 + wide) * lanes.pitch;
        const results = [0, 0, 0, 0];
        // In the order that assembly/codes.ts has.
        heap.set(
          [
            ...[wide, end, words, flip, significant, own, pitch, based],
            ...[lanes.rows, lanes.span, block, counts, row, left, ties, 0, ...results],
          ],
          plan >>> 2,
        );
        const visit = wasm[kernel];
        eachStretch(run, bytes, words, end, kernel === 'dropCodes', (count) => visit(plan, count));
        return read(
          heap.subarray(plan >>> 2, (plan >>> 2) + PLAN_WORDS),
          heap.subarray(counts >>> 2, (counts >>> 2) + counted.length),
        );
      },
      () => undefined,
    );
  };

  const countBelowCut = (run: MaskedRun, lanes: Lanes | undefined) =>
    go('countBelow', run, lanes, 0, (plan) => ({
      kept: plan[RESULTS]!,
      all: plan[RESULTS + 1]!,
    }));

  return {
    select: createSelect(scratch, (run, lanes, into) =>
      go('countAround', run, lanes, 0, (plan, counts) => {
        for (let i = 0; i < into.length; i += 1) into[i]! += counts[i]!;
        return plan.slice(RESULTS, RESULTS + 4);
      }),
    ),
    count: (run, magnitude) =>
      countBelowCut(
        run,
        lanesOf(run.book, (row, { ranksOf }) => [countBelow(ranksOf(row), magnitude)]),
      )?.kept ?? scriptCodeLoops.count(run, magnitude),
    drop: (run, magnitude, ties) =>
      go('dropCodes', run, cutAt(run.book, magnitude), ties, (plan) => plan[TIES]!) ??
      scriptCodeLoops.drop(run, magnitude, ties),
    countZeros: (run) =>
      countBelowCut(
        run,
        lanesOf(run.book, () => [1]),
      ) ?? scriptCodeLoops.countZeros(run),
  };
}

/** Made again for another magnitude: weights of one book, and stretches of a weight, share a cut. */
const lastCuts = new WeakMap<CodeBook, { readonly magnitude: number; readonly lanes: Lanes | undefined }>();

function cutAt(book: CodeBook, magnitude: number): Lanes | undefined {
  const last = lastCuts.get(book);
  if (last?.magnitude === magnitude) return last.lanes;
  const lanes = lanesOf(book, (row, { ranksOf }) => {
    const ranks = ranksOf(row);
    return [countBelow(ranks, magnitude), countBelow(ranks, magnitude + 1)];
  });
  lastCuts.set(book, { magnitude, lanes });
  return lanes;
}

/** Copies codes and masks in, a stretch at a time, and back if they are written. */
function eachStretch(
  { bytes, book, elements, words }: MaskedRun,
  heap: Uint8Array,
  wordsAt: number,
  codesAt: number,
  writes: boolean,
  visit: (count: number) => void,
): void {
  const width = book.bits / 8;
  const masks = bytesOf(words);
  for (let first = 0; first < elements; first += COPIED) {
    const count = Math.min(COPIED, elements - first);
    const codes = bytes.subarray(width * first, width * (first + count));
    const mask = masks.subarray(first >> 3, 4 * ((first + count + 31) >> 5));
    heap.set(codes, codesAt);
    heap.set(mask, wordsAt);
    visit(count);
    if (!writes) continue;
    codes.set(heap.subarray(codesAt, codesAt + codes.length));
    mask.set(heap.subarray(wordsAt, wordsAt + mask.length));
  }
}

function bytesOf({ buffer, byteOffset, byteLength }: Int32Array | Uint8Array | Uint16Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
