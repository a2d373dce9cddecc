import { describe, expect, it } from 'vitest';
import { createMoments } from '../moments/create-moments.js';
import { unpack } from '../testing/pack.js';
import { chooseMask } from './choose-mask.js';

function momentsOf(features: number, ...numbers: number[]) {
  const builder = createMoments({ features });
  builder.add(Float32Array.from(numbers));
  return builder.finish();
}

describe('chooseMask', () => {
  it('keeps the largest of every row, or of all', async () => {
    const weights = Float32Array.of(1, -2, 3, -4, 50, 60, -70, 80);
    const options = { weights, rows: 2, sparsity: 0.5, method: 'magnitude' } as const;
    expect(unpack(await chooseMask(options), 8)).toEqual([0, 0, 1, 1, 0, 0, 1, 1]);
    expect(unpack(await chooseMask({ ...options, scope: 'weight' }), 8)).toEqual([0, 0, 0, 0, 1, 1, 1, 1]);
    expect([...weights]).toEqual([1, -2, 3, -4, 50, 60, -70, 80]);
  });

  it('ranks by weight times the norm of its input', async () => {
    // Norms 5, 1 and 2: scores 5, 3 and 4 in the first row, 5, 6 and 6 in the second.
    const moments = momentsOf(3, 3, 1, 2, 4, 0, 0);
    const weights = Float32Array.of(1, 3, 2, 1, 6, -3);
    const mask = await chooseMask({ weights, rows: 2, moments, sparsity: 0.34, method: 'wanda' });
    expect(unpack(mask, 6)).toEqual([1, 0, 1, 0, 1, 1]);
  });

  it('drops exactly the budget, the first of ties', async () => {
    const weights = new Float32Array(10).fill(1);
    const mask = await chooseMask({ weights, rows: 1, sparsity: 0.29, method: 'magnitude' });
    expect(unpack(mask, 10)).toEqual([0, 0, 1, 1, 1, 1, 1, 1, 1, 1]);
  });

  it('drops exactly the budget of all rows together, which lose alike up to one', async () => {
    const weights = Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9);
    const mask = await chooseMask({ weights, rows: 3, sparsity: 0.5, method: 'magnitude' });
    expect(unpack(mask, 9)).toEqual([0, 1, 1, 0, 0, 1, 0, 1, 1]);
  });

  it('takes blocks, N of M and channels on the axes of rows and features', async () => {
    const weights = Float32Array.of(1, 9, 3, 3, 5, 5, 8, 0);
    const options = { weights, rows: 2, sparsity: 0.5, method: 'magnitude' } as const;
    const blocks = await chooseMask({ ...options, pattern: { kind: 'block', shape: [1, 2] } });
    expect(unpack(blocks, 8)).toEqual([1, 1, 0, 0, 1, 1, 0, 0]);
    const pairs = await chooseMask({ ...options, pattern: { kind: 'n:m', keep: 1, of: 2, axis: 1 } });
    expect(unpack(pairs, 8)).toEqual([0, 1, 0, 1, 0, 1, 1, 0]);
    const channels = await chooseMask({
      ...options,
      scope: 'weight',
      pattern: { kind: 'channel', axis: 1 },
    });
    expect(unpack(channels, 8)).toEqual([0, 1, 1, 0, 0, 1, 1, 0]);
  });

  it('says what is wrong with what it is given', async () => {
    const weights = Float32Array.of(1, 2);
    const options = { weights, rows: 1, sparsity: 0.5, method: 'wanda' } as const;
    await expect(chooseMask(options)).rejects.toThrow('needs moments');
    await expect(chooseMask({ ...options, moments: momentsOf(3, 1, 2, 3) })).rejects.toThrow(
      'chooseMask needs weights of 1 rows of 3 features, got 2 numbers',
    );
    await expect(
      chooseMask({ ...options, weights: Float32Array.of(1, Number.NaN), method: 'magnitude' }),
    ).rejects.toMatchObject({ code: 'not-finite' });
    await expect(
      chooseMask({ ...options, method: 'magnitude', pattern: { kind: 'element', axis: 1 } as never }),
    ).rejects.toThrow('chooseMask has no option "axis" in pattern');
    await expect(chooseMask({ ...options, method: 'wand' as never })).rejects.toThrow(
      'did you mean "wanda"?',
    );
    await expect(
      chooseMask({ ...options, moments: createMoments({ features: 2 }).finish() }),
    ).rejects.toMatchObject({ code: 'no-samples' });
  });
});
