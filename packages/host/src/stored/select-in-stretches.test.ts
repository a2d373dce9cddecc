import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fullMask } from '../host-weight.js';
import type { Part } from '../kernels.js';
import { partOf } from '../part-of.js';
import { scriptKernels } from '../script-kernels.js';
import { selectInStretches } from './select-in-stretches.js';

let state = 1;
const random = (): number => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return state / 2 ** 32;
};

/** A weight in stretches of so many elements, kept where `keeps` says so, and how often it was read. */
function stretchesOf(
  values: Float32Array,
  keeps: (i: number) => boolean,
  size: number,
  sampled: Float32Array,
) {
  const mask = fullMask(values.length);
  for (let i = 0; i < values.length; i += 1) if (!keeps(i)) mask.words[i >> 5]! &= ~(1 << (i & 31));
  const whole = partOf({ weight: values, mask, score: { kind: 'magnitude' } });
  const parts: Part[] = [];
  for (let first = 0; first < values.length; first += size) {
    const stretch = values.subarray(first, first + size);
    const words = mask.words.subarray(first >> 5, (first + stretch.length + 31) >> 5);
    parts.push(
      partOf({ weight: stretch, mask: { words, elements: stretch.length }, score: { kind: 'magnitude' } }),
    );
  }
  const reads = { passes: 0 };
  const kept = scriptKernels.countKept(mask.words);
  return {
    reads,
    whole,
    kept,
    stretches: {
      elements: values.length,
      kept,
      sample: async () => new Int32Array(sampled.buffer).map((bits) => bits & 0x7fffffff),
      forEach: async (visit: (part: Part) => void) => {
        reads.passes += 1;
        for (const part of parts) visit(part);
      },
    },
  };
}

const SPREADS: Record<string, () => number> = {
  bell: () => random() + random() + random() - 1.5,
  'all equal': () => 0.5,
  'mostly zero': () => (random() < 0.9 ? 0 : random()),
  'few values': () => Math.floor(4 * random()) / 4,
  subnormal: () => random() * 2 ** -130,
  'NaN and infinities': () => [Number.NaN, Number.POSITIVE_INFINITY, random()][Math.floor(3 * random())]!,
};

describe('a selection among stretches is that among all elements in memory', () => {
  it.each(Object.keys(SPREADS))('%s', async (name) => {
    const values = Float32Array.from({ length: 200_000 }, SPREADS[name]!);
    const sampled = values.filter((_, i) => i % 17 === 0);
    for (const keeps of [() => true, (i: number) => i % 3 !== 0, (i: number) => i % 100 === 0]) {
      const { stretches, whole, kept } = stretchesOf(values, keeps, 32 * 1000, sampled);
      for (const part of [0, 0.1, 0.5, 0.9, 1]) {
        const rank = Math.max(1, Math.floor(part * kept));
        expect(await selectInStretches(stretches, rank)).toEqual(scriptKernels.select([whole], rank));
      }
    }
  });

  it('of any number of elements', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.float32Array({ minLength: 1, maxLength: 300 }),
        fc.integer({ min: 1, max: 5 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        async (values, words, part) => {
          const { stretches, whole } = stretchesOf(values, () => true, 32 * words, values);
          const rank = Math.max(1, Math.round(part * values.length));
          expect(await selectInStretches(stretches, rank)).toEqual(scriptKernels.select([whole], rank));
        },
      ),
    );
  });

  it('whatever the sample says, in more passes or with a word that there is no room', async () => {
    const values = Float32Array.from({ length: 200_000 }, SPREADS.bell!);
    for (const wrong of [9, 1e-9, 0.2]) {
      const sampled = new Float32Array(1000).fill(wrong);
      const { stretches, whole, reads } = stretchesOf(values, () => true, 32 * 1000, sampled);
      const found = await selectInStretches(stretches, 100_000);
      if (found !== undefined) expect(found).toEqual(scriptKernels.select([whole], 100_000));
      expect(reads.passes).toBeGreaterThan(0);
    }
  });

  it('in one pass, where the sample is like the rest', async () => {
    const values = Float32Array.from({ length: 400_000 }, SPREADS.bell!);
    const sampled = values.filter((_, i) => i % 20 === 0);
    const { stretches, reads } = stretchesOf(values, () => true, 32 * 1000, sampled);
    await selectInStretches(stretches, 320_000);
    expect(reads.passes).toBe(1);
  });
});
