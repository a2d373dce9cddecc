import { describe, expect, it } from 'vitest';
import { arrayWeight, createArrayBackend } from '../testing/array-backend.js';
import { prune, values } from '../testing/prune.js';

describe('enforce', () => {
  it('sets what an optimizer revived to +0 and touches nothing else', async () => {
    const weight = arrayWeight(1, 2, 3, 4);
    const pruner = prune([weight]);
    await pruner.update(0.5);
    weight.values.set([-0, Number.NaN, -0, Number.NaN]);
    await pruner.enforce();
    expect(values(weight)).toEqual([0, 0, -0, Number.NaN]);
    await pruner.enforce();
    expect(values(weight)).toEqual([0, 0, -0, Number.NaN]);
  });

  it('has finished when a backend that answers at once returns', async () => {
    const weight = arrayWeight(1, 2);
    const pruner = prune([weight]);
    await pruner.update(0.5);
    weight.values[0] = 9;
    const pending = pruner.enforce();
    expect(values(weight)).toEqual([0, 2]);
    await pending;
    weight.values[0] = 9;
    pruner.enforceSync();
    expect(values(weight)).toEqual([0, 2]);
  });

  it('enforceSync refuses a backend that says it has to wait, before anything is written', () => {
    const plain = createArrayBackend();
    let calls = 0;
    const enforce = async () => {
      calls += 1;
    };
    const backend = { ...plain, enforce, manifest: { ...plain.manifest, enforceWaits: true } };
    expect(() => prune([arrayWeight(1)], { backend }).enforceSync()).toThrow(
      expect.objectContaining({ code: 'asynchronous' }),
    );
    expect(calls).toBe(0);
  });

  it('enforceSync on a backend that waits without saying so is an error, and in flight until it settles', async () => {
    let release = () => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const backend = { ...createArrayBackend(), enforce: () => gate };
    const pruner = prune([arrayWeight(1, 2)], { backend });
    expect(() => pruner.enforceSync()).toThrow(expect.objectContaining({ code: 'contract-violation' }));
    await expect(pruner.update(0.5)).rejects.toMatchObject({ code: 'busy' });
    expect(() => pruner.dispose()).toThrow(expect.objectContaining({ code: 'busy' }));
    release();
    await gate;
    expect((await pruner.update(0.5)).dropped).toBe(1);
  });
});

describe('report', () => {
  it('counts what the masks keep and what is not finite', async () => {
    const [a, b] = [arrayWeight(1, 2, Number.NaN, 3), arrayWeight(Number.POSITIVE_INFINITY, 0.5)];
    const pruner = prune([a, b]);
    expect(await pruner.report()).toMatchObject({ position: null, target: null, total: { sparsity: 0 } });
    await pruner.update(0.5);
    expect(await pruner.report()).toEqual({
      position: 0.5,
      target: 0.5,
      weights: [
        {
          ...{ name: 'a', shape: [4], elements: 4, kept: 2, dropped: 2, sparsity: 0.5 },
          ...{ zeros: 2, revived: 0, infinities: 0, nans: 1 },
        },
        {
          ...{ name: 'b', shape: [2], elements: 2, kept: 1, dropped: 1, sparsity: 0.5 },
          ...{ zeros: 1, revived: 0, infinities: 1, nans: 0 },
        },
      ],
      total: {
        ...{ elements: 6, kept: 3, dropped: 3, sparsity: 0.5 },
        ...{ zeros: 3, revived: 0, infinities: 1, nans: 1 },
      },
      notices: [],
    });
  });
});

describe('what is handed out', () => {
  it('can be changed without harm to the pruner', async () => {
    const weight = arrayWeight(1, 2);
    const select = [({ shape }: { shape: readonly number[] }) => (shape as number[]).push(9) > 0];
    const pruner = prune([weight], { select });
    const report = await pruner.report();
    (report.weights[0]!.shape as number[]).push(9);
    ((await pruner.save()).weights[0]!.shape as number[]).push(9);
    await expect(pruner.enforce()).resolves.toBeUndefined();
    expect((await pruner.report()).weights[0]!.shape).toEqual([2]);
  });
});

describe('a failure after the masks have grown', () => {
  it('leaves masks, position and target agreeing', async () => {
    const backend = createArrayBackend();
    let calls = 0;
    const countKept: typeof backend.countKept = (masks) => {
      calls += 1;
      if (calls === 2) throw new Error('device lost');
      return backend.countKept(masks);
    };
    const pruner = prune([arrayWeight(1, 2)], { backend: { ...backend, countKept } });
    await expect(pruner.update(0.5)).rejects.toThrow('device lost');
    expect(await pruner.report()).toMatchObject({ position: 0.5, target: 0.5, total: { dropped: 1 } });
  });

  it('while giving masks back still gives all of them back, once', () => {
    const backend = createArrayBackend();
    let failing = true;
    const disposeMask: typeof backend.disposeMask = (mask) => {
      backend.disposeMask(mask);
      if (failing) throw new Error('device lost');
    };
    const pruner = prune([arrayWeight(1), arrayWeight(2)], { backend: { ...backend, disposeMask } });
    expect(() => pruner.dispose()).toThrow('device lost');
    failing = false;
    pruner.dispose();
    expect(backend.liveMasks()).toBe(0);
  });
});

describe('overlapping calls', () => {
  it('are errors, not a queue', async () => {
    const backend = createArrayBackend();
    let release = () => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const findCut: typeof backend.findCut = (...request) => gate.then(() => backend.findCut(...request));
    const pruner = prune([arrayWeight(1, 2, 3, 4)], { backend: { ...backend, findCut } });
    const first = pruner.update(0.5);
    await expect(pruner.update(0.75)).rejects.toMatchObject({
      code: 'busy',
      message: 'update needs update to have finished; await it first',
    });
    await expect(pruner.enforce()).rejects.toMatchObject({ code: 'busy' });
    expect(() => pruner.enforceSync()).toThrow(expect.objectContaining({ code: 'busy' }));
    await expect(pruner.report()).rejects.toMatchObject({ code: 'busy' });
    expect(() => pruner.dispose()).toThrow(expect.objectContaining({ code: 'busy' }));
    release();
    expect((await first).dropped).toBe(2);
    expect((await pruner.update(0.75)).dropped).toBe(1);
  });

  it('that only look may overlap', async () => {
    const pruner = prune([arrayWeight(1, 2)]);
    const [report, state] = await Promise.all([pruner.report(), pruner.save(), pruner.enforce()]);
    expect([report.total.kept, state.weights[0]!.kept]).toEqual([2, 2]);
  });

  it('do not block the pruner after a failure', async () => {
    const pruner = prune([arrayWeight(1, 2)]);
    await expect(pruner.update(2)).rejects.toThrow();
    expect((await pruner.update(0.5)).dropped).toBe(1);
  });
});

describe('dispose', () => {
  it('gives every mask back, leaves the weights, and may be repeated', async () => {
    const backend = createArrayBackend();
    const weight = arrayWeight(1, 2);
    const pruner = prune([weight], { backend });
    await pruner.update(0.5);
    pruner.dispose();
    pruner.dispose();
    expect([backend.liveMasks(), values(weight)]).toEqual([0, [0, 2]]);
  });

  it('makes every later call an error', async () => {
    const pruner = prune([arrayWeight(1, 2)]);
    const state = await pruner.save();
    pruner.dispose();
    const calls = [
      () => pruner.update(0.5),
      () => pruner.enforce(),
      () => pruner.report(),
      () => pruner.save(),
      () => pruner.restore(state),
      async () => pruner.enforceSync(),
    ];
    for (const call of calls) await expect(call()).rejects.toMatchObject({ code: 'disposed' });
  });
});

describe('select', () => {
  it('narrows the list and keeps its order', async () => {
    const weights = [arrayWeight(1), arrayWeight(2), arrayWeight(3)];
    const report = await prune(weights, { select: ['c', 'a'] }).report();
    expect(report.weights.map(({ name }) => name)).toEqual(['a', 'c']);
  });
});
