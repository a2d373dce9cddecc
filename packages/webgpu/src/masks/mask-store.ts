import { PruneError, packedLength } from '@synaprune/core';
import { elementsOf } from '@synaprune/core/checks';
import { USAGE } from '../device/flags.js';
import type { OwnBytes } from '../device/names.js';
import type { Work } from '../device/work.js';

/**
 * One bit an element, 1 for dropped, in words of a page that many masks share. Dropped rather than kept, because
 * a new buffer is zeros: every element of a new mask is kept, and the bits after the last one are never set.
 */
export interface WebgpuMask {
  readonly shape: readonly number[];
  readonly elements: number;
}

/** Where a mask's bits are: from `firstWord` on, element `i` is bit `i % 32` of word `i >> 5`, and 1 is dropped. */
export interface MaskBits {
  readonly buffer: GPUBuffer;
  readonly firstWord: number;
  readonly words: number;
}

/** A mask as the backend itself sees it. */
export interface PagedMask extends WebgpuMask {
  readonly page: Page;
  /** First word in the page, and how many. */
  readonly firstWord: number;
  readonly words: number;
  live: boolean;
  /** How many elements are kept, where that is known since the last change. */
  kept: number | undefined;
  /** Changes of the mask so far: what was counted before the last of them says nothing. */
  changes: number;
}

/** A buffer of masks. */
export interface Page {
  readonly buffer: GPUBuffer;
  readonly words: number;
  /** Why it cannot be used, where the device had no room for it. */
  failure?: PruneError;
  /** Free stretches of words, in order, never adjoining. */
  free: { first: number; words: number }[];
}

/** The masks of a backend, packed into few buffers so that one binding serves many small weights. */
export interface MaskStore {
  /** @throws PruneError `unsupported` when one mask is larger than the device binds at a time */
  create(shape: readonly number[]): PagedMask;
  /** Harmless when repeated. */
  dispose(mask: PagedMask): void;
  /** Whether no mask lives. */
  empty(): boolean;
  /** Overwrites a mask with packed bits of kept elements. */
  write(mask: PagedMask, packed: Uint8Array): void;
}

const SMALLEST_PAGE_WORDS = 2 ** 14;
const LARGEST_SHARED_PAGE_WORDS = 2 ** 20;

export function createMaskStore(device: GPUDevice, work: Pick<Work, 'allocate' | 'enqueue'>): MaskStore {
  const pages = new Set<Page>();

  const addPage = (words: number): Page => {
    const largest = Math.min(device.limits.maxStorageBufferBindingSize, device.limits.maxBufferSize) / 4;
    if (words > largest) {
      throw new PruneError(
        'unsupported',
        `a mask of ${words * 32} elements needs ${words * 4} bytes in one binding; this device gives ${largest * 4}. ` +
          'Ask for a higher maxStorageBufferBindingSize when requesting the device, or leave this weight out',
      );
    }
    const grown = Math.min(LARGEST_SHARED_PAGE_WORDS, SMALLEST_PAGE_WORDS * 4 ** pages.size);
    const size = Math.min(largest, Math.max(words, grown));
    const usage = USAGE.storage | USAGE.copySource | USAGE.copyTarget;
    const make = (): GPUBuffer => device.createBuffer({ label: 'synaprune masks', size: 4 * size, usage });
    const buffer = work.allocate(make, (error) => {
      page.failure = error;
    });
    const page: Page = { buffer, words: size, free: [{ first: 0, words: size }] };
    pages.add(page);
    return page;
  };

  return {
    create(shape) {
      const elements = elementsOf(shape);
      const words = Math.max(1, Math.ceil(elements / 32));
      const room = [...pages].find(
        ({ failure, free }) => failure === undefined && free.some((stretch) => stretch.words >= words),
      );
      const page = room ?? addPage(words);
      const firstWord = take(page, words);
      // A page is new only once; clearing costs little, and telling used words from new ones would cost more.
      if (room !== undefined) {
        work.enqueue((encoder) => encoder.clearBuffer(page.buffer, 4 * firstWord, 4 * words));
      }
      return { shape: [...shape], elements, page, firstWord, words, live: true, kept: elements, changes: 0 };
    },
    dispose(mask) {
      if (!mask.live) return;
      mask.live = false;
      giveBack(mask.page, mask.firstWord, mask.words);
      if (mask.page.free[0]?.words !== mask.page.words) return;
      mask.page.buffer.destroy();
      pages.delete(mask.page);
    },
    empty: () => pages.size === 0,
    write(mask, packed) {
      const { elements, page, firstWord } = mask;
      markChanged(mask);
      device.queue.writeBuffer(page.buffer, 4 * firstWord, unpackDropped(packed, elements));
    },
  };
}

/** Notes that a mask is about to change. */
export function markChanged(mask: PagedMask): void {
  mask.kept = undefined;
  mask.changes += 1;
}

/** Takes words from the first free stretch that has as many. */
function take(page: Page, words: number): number {
  const stretch = page.free.find((one) => one.words >= words)!;
  const { first } = stretch;
  stretch.first += words;
  stretch.words -= words;
  page.free = page.free.filter((one) => one.words > 0);
  return first;
}

/** Joins words to the free stretches beside them. */
function giveBack(page: Page, first: number, words: number): void {
  const sorted = [...page.free, { first, words }].sort((a, b) => a.first - b.first);
  page.free = sorted.reduce<Page['free']>((joined, stretch) => {
    const last = joined.at(-1);
    if (last !== undefined && last.first + last.words === stretch.first) last.words += stretch.words;
    else joined.push({ ...stretch });
    return joined;
  }, []);
}

/** Words of dropped bits as packed bits of kept elements, as {@link TensorBackend.readMask} gives them. */
export function packKept(dropped: Uint8Array, elements: number): Uint8Array {
  const packed = dropped.slice(0, packedLength(elements)).map((byte) => ~byte);
  const used = elements % 8;
  if (used > 0) packed[packed.length - 1]! &= (1 << used) - 1;
  return packed;
}

/** The inverse of {@link packKept}, as whole words. */
export function unpackDropped(packed: Uint8Array, elements: number): OwnBytes {
  const bytes = new Uint8Array(4 * Math.max(1, Math.ceil(elements / 32)));
  for (let i = 0; i < packed.length; i += 1) bytes[i] = ~packed[i]!;
  const used = elements % 8;
  if (used > 0) bytes[packed.length - 1]! &= (1 << used) - 1;
  return bytes;
}
