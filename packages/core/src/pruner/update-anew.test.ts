import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { constantSparsity, magnitudeScore } from '../index.js';
import { updateAnew } from '../methods.js';
import { arrayWeight, createArrayBackend } from '../testing/array-backend.js';
import { prune, values } from '../testing/prune.js';

const magnitudes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 6, maxLength: 6 });

describe('updateAnew', () => {
  it('chooses among all elements, whatever was dropped before', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(magnitudes, fc.integer({ min: 0, max: 6 }))), async (updates) => {
        const weights = [arrayWeight(1, 1, 1), arrayWeight(1, 1, 1)];
        const pruner = prune(weights);
        for (const [dense, count] of updates) {
          for (const [i, value] of dense.entries()) weights[Math.floor(i / 3)]!.values[i % 3] = value;
          await updateAnew(pruner, count / 6);
          const ranked = dense
            .map((value, i) => ({ value, i }))
            .sort((a, b) => a.value - b.value || a.i - b.i);
          const gone = new Set(ranked.slice(0, count).map(({ i }) => i));
          expect(weights.flatMap(values)).toEqual(dense.map((value, i) => (gone.has(i) ? 0 : value)));
        }
      }),
    );
  });

  it('tells what is dropped net of what came back, and first things once', async () => {
    const [weight, empty] = [arrayWeight(1, 2, 3, 4), arrayWeight(0, 0)];
    const pruner = prune([weight, empty]);
    const first = await updateAnew(pruner, 3 / 6);
    expect(first).toMatchObject({ position: 3 / 6, dropped: 3, sparsity: 0.5 });
    expect(first.notices.map(({ code }) => code)).toContain('untrained-ranked');
    weight.values.set([9, 1, 3, 4]);
    const second = await updateAnew(pruner, 4 / 6);
    expect(second).toMatchObject({ dropped: 1, notices: [] });
    expect(values(weight)).toEqual([9, 0, 0, 4]);
    expect((await pruner.report()).position).toBe(4 / 6);
  });

  it('leaves masks as they were when it fails, and gives back what it made', async () => {
    const backend = createArrayBackend();
    const weight = arrayWeight(1, 2, 3, 4);
    let broken = false;
    const pruner = prune([weight], {
      backend: {
        ...backend,
        enforce: (items) => {
          if (broken) throw new Error('lost');
          return backend.enforce(items);
        },
      },
    });
    await updateAnew(pruner, 0.5);
    const before = await pruner.save();
    weight.values.set([9, 8, 3, 4]);
    broken = true;
    await expect(updateAnew(pruner, 0.75)).rejects.toThrow('lost');
    broken = false;
    expect(await pruner.save()).toEqual(before);
    expect(backend.liveMasks()).toBe(1);
    pruner.dispose();
    expect(backend.liveMasks()).toBe(0);
  });

  it('is an update in flight like any other', async () => {
    const pruner = prune([arrayWeight(1, 2, 3, 4)]);
    const pending = updateAnew(pruner, 0.5);
    await expect(pruner.update(0.5)).rejects.toMatchObject({ code: 'busy' });
    await pending;
  });

  it('refuses pruners that bring weights back, keep zeros, or are none', async () => {
    const schedule = constantSparsity(0.5);
    const regrow = { by: magnitudeScore(), fraction: 0.1 };
    await expect(updateAnew(prune([arrayWeight(1)], { schedule, regrow }), 0)).rejects.toThrow(
      'updateAnew does not take regrow',
    );
    await expect(updateAnew(prune([arrayWeight(1)], { schedule, keepZeros: true }), 0)).rejects.toThrow(
      'updateAnew does not take keepZeros',
    );
    await expect(updateAnew({ ...prune([arrayWeight(1)]) }, 0)).rejects.toThrow(TypeError);
    await expect(updateAnew(undefined as never, 0)).rejects.toThrow(TypeError);
  });
});
