/** The bytes of a memory that kernels may work in. */
export interface ScratchArea {
  readonly allocate: (bytes: number) => number;
  readonly release: (pointer: number) => void;
  /** Most bytes that were taken at one time since the last {@link ScratchArea.forget}. */
  readonly peakBytes: () => number;
  readonly forget: () => void;
}

/** Hands out `[begin, end)` as a stack does: what was taken last is released first. */
export function createScratchArea(begin: number, end: number): ScratchArea {
  const taken: number[] = [];
  let top = begin;
  let peak = begin;
  return {
    allocate(bytes) {
      const next = top + 16 * Math.ceil(bytes / 16);
      if (next > end) return 0;
      taken.push(top);
      top = next;
      peak = Math.max(peak, top);
      return taken.at(-1)!;
    },
    release(pointer) {
      if (taken.pop() !== pointer) throw new RangeError(`${pointer} was not taken last`);
      top = pointer;
    },
    peakBytes: () => peak - begin,
    forget() {
      peak = top;
    },
  };
}
