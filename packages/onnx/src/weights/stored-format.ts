import { fullMask, type HostMask, hostBackend } from '@synaprune/host';
import type { ElementFormat } from './format.js';

/**
 * A format whose elements the backend for main memory ranks and drops as they lie.
 *
 * @param countZeros counts zeros where not everything that ranks as zero is one, or where it takes less
 */
export function storedFormat(
  stored: NonNullable<ElementFormat['stored']>,
  countZeros: ElementFormat['countZeros'] = countRankedZero(stored),
): ElementFormat {
  const { read, enforce } = hostBackend();
  return {
    stored,
    rank: (chunk, first, count, into) => {
      const { buffer } = read!(stored(chunk, [count], first)) as Float32Array;
      const bits = new Int32Array(buffer);
      for (let i = 0; i < count; i += 1) into[i] = bits[i]! & 0x7fffffff;
    },
    clear: (chunk, first, count, bits) => {
      const words = new Int32Array(Math.ceil(count / 32));
      new Uint8Array(words.buffer).set(bits.subarray(0, Math.ceil(count / 8)));
      enforce([{ weight: stored(chunk, [count], first), mask: { words, elements: count } }]);
    },
    countZeros,
  };
}

let last: HostMask | undefined;

/** A mask that keeps everything, and that nobody changes: stretches are mostly of one size. */
function everything(elements: number): HostMask {
  if (last?.elements === elements) return last;
  const mask = fullMask(elements);
  if (elements <= 2 ** 20) last = mask;
  return mask;
}

/** Counts what ranks as zero. */
export function countRankedZero(stored: NonNullable<ElementFormat['stored']>): ElementFormat['countZeros'] {
  const { countBelow } = hostBackend();
  return (chunk, first, count) => {
    const item = {
      weight: stored(chunk, [count], first),
      mask: everything(count),
      score: { kind: 'magnitude' },
    } as const;
    const [counts] = countBelow([item], [1]) as readonly (readonly number[])[];
    return counts![0]!;
  };
}
