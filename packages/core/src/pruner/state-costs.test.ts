import { describe, expect, it } from 'vitest';
import { createArrayBackend } from '../testing/array-backend.js';
import { saved, weights, withFirst } from '../testing/hostile-states.js';
import { prune, values } from '../testing/prune.js';

describe('what a state costs before it is refused', () => {
  it('is nothing for a mask of 240 MB where 4 characters are needed: it is not looked into', async () => {
    const state = await saved();
    // Made of references to one piece: reading any of it would first make all 256 MB of it.
    const mask = 'AAAA'.repeat(2 ** 26);
    await expect(prune(weights()).restore({ ...state, ...withFirst(state, { mask }) })).rejects.toThrow(
      'the mask of "a" needs 4 characters of base64, got 268435456',
    );
  });

  it('is nothing for a list of 4 · 10⁹ weights, edges or letters of a name', async () => {
    const state = await saved();
    const endless = new Array(2 ** 32 - 1);
    const name = 'n'.repeat(2 ** 28);
    for (const [damaged, code] of [
      [{ ...state, weights: endless }, 'state-corrupt'],
      [{ ...state, ...withFirst(state, { shape: endless }) }, 'state-corrupt'],
      [{ ...state, ...withFirst(state, { name }) }, 'state-corrupt'],
      [{ ...state, rule: name }, 'state-corrupt'],
      [{ ...state, checksum: name }, 'state-corrupt'],
    ] as const) {
      await expect(prune(weights()).restore(damaged, { match: 'position' })).rejects.toMatchObject({ code });
    }
  });

  it('reads no field twice, so that what was checked is what is used', async () => {
    const state = await saved();
    const reads = new Map<PropertyKey, number>();
    const watched = new Proxy(
      { ...state.weights[0]! },
      {
        get: (target, key) => {
          reads.set(key, (reads.get(key) ?? 0) + 1);
          return Reflect.get(target, key);
        },
      },
    );
    await prune(weights()).restore({ ...state, weights: [watched, state.weights[1]] });
    expect(Math.max(...['shape', 'kept', 'mask'].map((key) => reads.get(key) ?? 0))).toBe(1);
  });
});

describe('a backend that cannot give a mask back', () => {
  const failing = () => {
    const backend = createArrayBackend();
    const disposeMask: typeof backend.disposeMask = (mask) => {
      backend.disposeMask(mask);
      throw new Error('device lost');
    };
    return { ...backend, disposeMask };
  };

  it('does not undo a restore half-way: it holds, and dispose tells', async () => {
    const own = weights();
    const pruner = prune(own, { backend: failing() });
    const state = await saved();
    await pruner.restore(state);
    expect(await pruner.save()).toEqual(state);
    expect(own.flatMap(values).filter((value) => value === 0)).toHaveLength(6);
    expect(() => pruner.dispose()).toThrow('device lost');
    expect(() => pruner.dispose()).not.toThrow();
  });

  it('tells dispose also when the last masks could be given back', async () => {
    const backend = createArrayBackend();
    let broken = true;
    const disposeMask: typeof backend.disposeMask = (mask) => {
      backend.disposeMask(mask);
      if (broken) throw new Error('device lost');
    };
    const pruner = prune(weights(), { backend: { ...backend, disposeMask } });
    await pruner.restore(await saved());
    broken = false;
    expect(() => pruner.dispose()).toThrow('device lost');
    expect(backend.liveMasks()).toBe(0);
  });

  it('fails an update while nothing has changed, and leaves no mask behind', async () => {
    const backend = createArrayBackend();
    let broken = false;
    const disposeMask: typeof backend.disposeMask = (mask) => {
      backend.disposeMask(mask);
      const fails = broken;
      broken = false;
      if (fails) throw new Error('device lost');
    };
    const own = weights();
    const pruner = prune(own, { backend: { ...backend, disposeMask } });
    const before = own.map(values);
    broken = true;
    await expect(pruner.update(0.5)).rejects.toThrow('device lost');
    expect(own.map(values)).toEqual(before);
    expect(backend.liveMasks()).toBe(own.length);
  });

  it('does not hide why a restore failed', async () => {
    const backend = { ...failing(), writeMask: () => Promise.reject(new Error('no memory')) };
    const pruner = prune(weights(), { backend });
    await expect(pruner.restore(await saved())).rejects.toThrow('no memory');
    expect(await pruner.report()).toMatchObject({ position: null, total: { dropped: 0 } });
  });
});
