import { describe, expect, it } from 'vitest';
import { arrayWeight, createArrayBackend } from '../testing/array-backend.js';
import { type ArrayOptions, prune, values } from '../testing/prune.js';

const weight = () => arrayWeight(1, -2, 3, -4);
/** Drops the first two of four. */
const masks = [{ name: 'a', bits: Uint8Array.of(0b1100) }];

describe('masks given to start with', () => {
  it('are there at once where the backend answers at once', () => {
    const own = weight();
    prune([own], { masks }).enforceSync();
    expect(values(own)).toEqual([0, 0, 3, -4]);
  });

  it('refuse the pruner where they cannot be written at once, and leave no mask behind', () => {
    const backend = createArrayBackend();
    const writeMask = () => {
      throw new Error('no memory');
    };
    expect(() => prune([weight()], { masks, backend: { ...backend, writeMask } })).toThrow('no memory');
    expect(backend.liveMasks()).toBe(0);
  });

  it('fail every call that needs them where writing failed later, and are forgotten when others are restored', async () => {
    const own = weight();
    const backend = createArrayBackend();
    let fails = true;
    const writeMask: typeof backend.writeMask = async (mask, bits) => {
      await Promise.resolve();
      if (fails) throw new Error('no memory');
      await backend.writeMask(mask, bits);
    };
    const pruner = prune([own], { masks, backend: { ...backend, writeMask } });
    await expect(pruner.update(0.25)).rejects.toThrow('no memory');
    await expect(pruner.update(0.25)).rejects.toThrow('no memory');
    await expect(pruner.masks()).rejects.toThrow('no memory');
    expect(() => pruner.enforceSync()).toThrow('no memory');
    expect(values(own)).toEqual([1, -2, 3, -4]);
    fails = false;
    await pruner.restore(masks);
    await pruner.update(0.75);
    expect(values(own)).toEqual([0, 0, 0, -4]);
    pruner.dispose();
    expect(backend.liveMasks()).toBe(0);
  });

  it.each<[string, ArrayOptions]>([
    ['given', { masks }],
    ['restored', {}],
  ])('come back from a state that was saved before any update (%s)', async (_, options) => {
    const pruner = prune([weight()], options);
    if (options.masks === undefined) await pruner.restore(masks);
    const state = JSON.parse(JSON.stringify(await pruner.save()));
    const own = weight();
    const restored = prune([own]);
    await restored.restore(state);
    expect(values(own)).toEqual([0, 0, 3, -4]);
    expect(await restored.report()).toMatchObject({ position: null, total: { dropped: 2 } });
  });

  it('hold beside the zeros that keepZeros finds', async () => {
    const own = arrayWeight(1, 0, 3, -4);
    const pruner = prune([own], { masks: [{ name: 'a', bits: Uint8Array.of(0b1110) }], keepZeros: true });
    await pruner.update(0);
    expect(values(own)).toEqual([0, 0, 3, -4]);
    expect((await pruner.masks())[0]).toMatchObject({ kept: 2, bits: Uint8Array.of(0b1100) });
  });

  it('are refused with the shape that was needed and the shape that was got', () => {
    expect(() => prune([weight()], { masks: [{ ...masks[0]!, shape: [2, 2] }] })).toThrow(
      'the mask of "a" has the shape [2,2], the weight has [4]',
    );
  });
});

describe('null is no option left out', () => {
  it.each(['pattern', 'distribution'])('as %s', (key) => {
    expect(() => prune([weight()], { [key]: null } as unknown as ArrayOptions)).toThrow(TypeError);
  });
});
