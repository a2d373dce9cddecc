import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { randomMagnitude, weightSeed } from '../contract/random-score.js';
import { randomScore, tensorScore } from '../score/scores.js';
import { type ArrayWeight, arrayWeight, createArrayBackend } from '../testing/array-backend.js';
import { type ArrayOptions, prune, values } from '../testing/prune.js';

describe('rule exact', () => {
  it('drops the smallest of all weights together', async () => {
    const [a, b] = [arrayWeight(5, -1, 8), arrayWeight(-2, 9, 3, 7)];
    const result = await prune([a, b]).update(3 / 7);
    expect([values(a), values(b)]).toEqual([
      [5, 0, 8],
      [0, 9, 0, 7],
    ]);
    expect(result).toEqual({ position: 3 / 7, target: 3 / 7, dropped: 3, sparsity: 3 / 7, notices: [] });
  });

  it.each([
    ['ten equal scores', [1, 1, 1, 1, 1, 1, 1, 1, 1, 1], 0.5, [0, 0, 0, 0, 0, 1, 1, 1, 1, 1]],
    ['signs that tie', [-1, 1, -1, 1], 0.5, [0, 0, -1, 1]],
    ['zeros of both signs', [0, 4, -0, 0, 3], 0.4, [0, 4, 0, 0, 3]],
    ['seven distinct', [7, 6, 5, 4, 3, 2, 1], 0.5, [7, 6, 5, 4, 0, 0, 0]],
    ['everything', [1, 2], 1, [0, 0]],
    ['nothing', [1, 2], 0, [1, 2]],
  ])('drops exactly the budget: %s', async (_name, before, sparsity, after) => {
    const weight = arrayWeight(...before);
    await prune([weight]).update(sparsity);
    expect(values(weight)).toEqual(after);
  });

  it('breaks ties by the order of the weights, then by index', async () => {
    const [a, b] = [arrayWeight(1, 1), arrayWeight(1, 1)];
    await prune([b, a]).update(0.75);
    expect([values(a), values(b)]).toEqual([
      [0, 1],
      [0, 0],
    ]);
  });

  it('drops NaN and infinity last', async () => {
    const weight = arrayWeight(Number.NaN, 3, Number.NEGATIVE_INFINITY, 1e30);
    const pruner = prune([weight]);
    await pruner.update(0.5);
    expect(values(weight)).toEqual([Number.NaN, 0, Number.NEGATIVE_INFINITY, 0]);
    await pruner.update(0.75);
    expect(values(weight)).toEqual([Number.NaN, 0, 0, 0]);
  });

  it('never brings an element back: rising, flat and falling targets', async () => {
    const weight = arrayWeight(4, 3, 2, 1);
    const pruner = prune([weight]);
    await pruner.update(0.5);
    weight.values.set([1, 2, 30, 40]);
    for (const target of [0.5, 0.25, 0]) {
      expect((await pruner.update(target)).dropped).toBe(0);
      expect(values(weight)).toEqual([1, 2, 0, 0]);
    }
    await pruner.update(0.75);
    expect(values(weight)).toEqual([0, 2, 0, 0]);
  });

  it('changes nothing the second time, whatever the weights did in between', async () => {
    const weight = arrayWeight(4, 3, 2, 1);
    const pruner = prune([weight]);
    await pruner.update(0.5);
    weight.values.set([0.1, 0.2, 0, 0]);
    expect((await pruner.update(0.5)).dropped).toBe(0);
    expect((await pruner.report()).total.kept).toBe(2);
  });
});

describe('distribution uniform', () => {
  it('gives every weight the same sparsity', async () => {
    const [a, b] = [arrayWeight(1, 2, 3, 4), arrayWeight(10, 20)];
    await prune([a, b], { distribution: 'uniform' }).update(0.5);
    expect([values(a), values(b)]).toEqual([
      [0, 0, 3, 4],
      [0, 20],
    ]);
  });
});

describe('rule published', () => {
  const published = (weight: ArrayWeight) => prune([weight], { rule: 'published' });

  it('drops one fewer than asked', async () => {
    const weight = arrayWeight(10, 9, 8, 7, 6, 5, 4, 3, 2, 1);
    expect((await published(weight).update(0.5)).dropped).toBe(4);
  });

  it('leaves ties at the threshold', async () => {
    const weight = arrayWeight(1, 1, 1, 1, 1, 1, 1, 1, 1, 1);
    expect((await published(weight).update(0.5)).dropped).toBe(0);
  });

  it('truncates the float64 product: 0.29 of 100 asks for 28', async () => {
    const weight = arrayWeight(...Array.from({ length: 100 }, (_, i) => i + 1));
    expect((await published(weight).update(0.29)).dropped).toBe(27);
  });

  it('stops when the request is not below what is active, and says so', async () => {
    const weight = arrayWeight(1, 2, 3, 4);
    const pruner = published(weight);
    expect(await pruner.update(1.2)).toMatchObject({ dropped: 0, skipped: 'target-not-below-active' });
    expect(values(weight)).toEqual([1, 2, 3, 4]);
  });

  it('forgets a weight with nothing left', async () => {
    const [a, b] = [arrayWeight(1, 2), arrayWeight(10, 11, 12, 13, 14, 15, 16, 17)];
    const pruner = prune([a, b], { rule: 'published' });
    await pruner.update(0.3); // asks for 3 of 10: 1 and 2 go, strictly below 10
    expect(values(a)).toEqual([0, 0]);
    await pruner.update(0.3); // 2 of the 8 that are left: strictly below 11
    expect(values(b)).toEqual([0, 11, 12, 13, 14, 15, 16, 17]);
  });

  it.each([
    { distribution: 'uniform' },
    { floor: 0.1 },
    { floor: { elements: 1 } },
    { untrained: 'wait' },
    { keepZeros: true },
  ] as const)('refuses what the program does not know: %o', (option) => {
    expect(() => prune([arrayWeight(1)], { rule: 'published', ...option })).toThrow(TypeError);
  });
});

describe('floor', () => {
  it('leaves each weight its part and takes the rest elsewhere', async () => {
    const [a, b] = [arrayWeight(1, 2, 3, 4), arrayWeight(10, 20, 30, 40, 50, 60)];
    const pruner = prune([a, b], { floor: 0.5 });
    await pruner.update(0.4);
    expect([values(a), values(b)]).toEqual([
      [0, 0, 3, 4],
      [0, 0, 30, 40, 50, 60],
    ]);
  });

  it('stays exact and above the floor for any weights', async () => {
    const weight = fc.array(fc.integer({ min: -5, max: 5 }), { minLength: 1, maxLength: 12 });
    const setup = fc.record({
      lists: fc.array(weight, { minLength: 1, maxLength: 5 }),
      floor: fc.constantFrom(0, 0.1, 0.25, 0.5),
      targets: fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 4 }),
    });
    await fc.assert(
      fc.asyncProperty(setup, async ({ lists, floor, targets }) => {
        const weights = lists.map((list) => arrayWeight(...list));
        const pruner = prune(weights, { floor });
        const elements = lists.flat().length;
        const floors = lists.map((list) => Math.ceil(floor * list.length));
        const most = elements - floors.reduce((sum, count) => sum + count, 0);
        let dropped = 0;
        for (const twentieths of targets) {
          const budget = Math.floor((twentieths * elements) / 20);
          if (budget > most) {
            await expect(pruner.update(twentieths / 20)).rejects.toMatchObject({ code: 'floor-conflict' });
          } else {
            await pruner.update(twentieths / 20);
            dropped = Math.max(dropped, budget);
          }
        }
        const report = await pruner.report();
        expect(report.total.dropped).toBe(dropped);
        for (const [i, { kept }] of report.weights.entries()) expect(kept).toBeGreaterThanOrEqual(floors[i]!);
      }),
      { numRuns: 60 },
    );
  });

  it('keeps one element at least, however small it is', async () => {
    const weight = arrayWeight(1, 2);
    const pruner = prune([weight], { floor: 1e-15 });
    await expect(pruner.update(1)).rejects.toMatchObject({ code: 'floor-conflict' });
    expect(values(weight)).toEqual([1, 2]);
  });

  it('in elements leaves each weight so many, or all where it has fewer', async () => {
    const [a, b, c] = [arrayWeight(1), arrayWeight(2, 3, 4, 5), arrayWeight(6, 7, 8)];
    const pruner = prune([a, b, c], { floor: { elements: 2 } });
    await pruner.update(3 / 8);
    expect([a, b, c].map(values)).toEqual([[1], [0, 0, 4, 5], [0, 7, 8]]);
    await expect(pruner.update(0.5)).rejects.toMatchObject({ code: 'floor-conflict' });
    expect([a, b, c].map(values)).toEqual([[1], [0, 0, 4, 5], [0, 7, 8]]);
  });

  it('is the larger of its fraction and its elements, for each weight', async () => {
    const [a, b] = [arrayWeight(1, 2), arrayWeight(3, 4, 5, 6, 7, 8, 9, 10)];
    await prune([a, b], { floor: { fraction: 0.5, elements: 2 } }).update(0.4);
    expect([a, b].map(values)).toEqual([
      [1, 2],
      [0, 0, 0, 0, 7, 8, 9, 10],
    ]);
  });

  it('of nothing leaves nothing: sparsity 1 empties everything', async () => {
    const weight = arrayWeight(1, 2, 3);
    await prune([weight], { floor: { fraction: 0, elements: 0 } }).update(1);
    expect(values(weight)).toEqual([0, 0, 0]);
  });

  it.each([{ elements: -1 }, { elements: 1.5 }, { fraction: 1 }, { fraction: -0.1 }])(
    'refuses %o',
    (floor) => {
      expect(() => prune([arrayWeight(1)], { floor })).toThrow(RangeError);
    },
  );

  it.each([1, -0.1, 1.1, Number.NaN])('refuses %s', (floor) => {
    expect(() => prune([arrayWeight(1)], { floor })).toThrow(RangeError);
  });
});

describe('scores', () => {
  it('rank by a tensor that the caller supplies, looked at anew each time', async () => {
    const weight = arrayWeight(1, 2, 3, 4);
    const score = arrayWeight(4, -3, 2, -1);
    const pruner = prune([weight], { score: tensorScore<ArrayWeight>(() => score) });
    await pruner.update(0.25);
    expect(values(weight)).toEqual([1, 2, 3, 0]);
    score.values.set([0, 5, 5, 5]);
    await pruner.update(0.5);
    expect(values(weight)).toEqual([0, 2, 3, 0]);
  });

  it('refuse a tensor of another shape and leave everything as it was', async () => {
    const weight = arrayWeight(1, 2);
    const pruner = prune([weight], { score: tensorScore<ArrayWeight>(() => arrayWeight(1)) });
    await expect(pruner.update(0.5)).rejects.toMatchObject({
      code: 'score-mismatch',
      message: 'the score of "a" needs the shape [2], got the shape [1]',
    });
    expect(values(weight)).toEqual([1, 2]);
  });

  it('drop in a random order that depends on seed and name alone', async () => {
    const order = (name: string) =>
      Array.from({ length: 8 }, (_, i) => i).sort(
        (a, b) => randomMagnitude(weightSeed(3, name), a) - randomMagnitude(weightSeed(3, name), b),
      );
    const weight = arrayWeight(1, 2, 3, 4, 5, 6, 7, 8);
    const pruner = prune([weight], { score: randomScore({ seed: 3 }) });
    for (let count = 1; count <= 8; count += 1) {
      await pruner.update(count / 8);
      const zeros = values(weight).flatMap((value, i) => (value === 0 ? [i] : []));
      expect(zeros.sort()).toEqual(order('a').slice(0, count).sort());
    }
  });

  it.each([-1, 1.5, 2 ** 32, Number.NaN])('refuse the seed %s', (seed) => {
    expect(() => randomScore({ seed })).toThrow(RangeError);
  });
});

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

describe('createPruner refuses', () => {
  const backend = createArrayBackend();
  const [one, two] = [arrayWeight(1), arrayWeight(2)];

  it.each([
    ['an empty list', { weights: [] }, 'no-weights'],
    [
      'two weights of one name',
      {
        weights: [
          { name: 'a', weight: one },
          { name: 'a', weight: two },
        ],
      },
      'duplicate-name',
    ],
    [
      'one weight twice',
      {
        weights: [
          { name: 'a', weight: one },
          { name: 'b', weight: one },
        ],
      },
      'duplicate-weight',
    ],
    ['a weight without elements', { weights: [{ name: 'a', weight: arrayWeight() }] }, 'empty-weight'],
    ['a selector without match', { select: ['z'] }, 'unmatched-selector'],
    ['no selector at all', { select: [] }, 'no-weights'],
    [
      'a score that the backend does not have',
      {
        backend: { ...backend, manifest: { ...backend.manifest, scores: ['magnitude'] } },
        score: randomScore({ seed: 1 }),
      },
      'unsupported',
    ],
    [
      'a backend that cannot rank so',
      { backend: { ...backend, manifest: { ...backend.manifest, scores: [] } } },
      'unsupported',
    ],
  ] as [string, ArrayOptions, string][])('%s', (_name, options, code) => {
    expect(() => prune([one, two], options)).toThrow(expect.objectContaining({ name: 'PruneError', code }));
  });

  it.each([
    ['no backend', { backend: undefined }],
    ['a schedule that is no function', { schedule: 0.5 }],
    ['an unknown distribution', { distribution: 'local' }],
    ['an unknown rule', { rule: 'Exact' }],
    ['an unknown score', { score: { kind: 'l1' } }],
    ['weights that are no list', { weights: { a: one } }],
    ['a weight without name', { weights: [{ weight: one }] }],
    ['a hole in the list', { weights: [undefined] }],
    ['a selection of nothing known', { select: { includes: /a/ } }],
    ['a backend without contract', { backend: { ...createArrayBackend(), contract: undefined } }],
    ['a backend of another contract', { backend: { ...createArrayBackend(), contract: 2 } }],
    ['a backend without a verb', { backend: { ...createArrayBackend(), drop: undefined } }],
    ['a backend with half of three verbs', { backend: { ...createArrayBackend(), pool: () => [] } }],
    ['a score made by hand without its function', { score: { kind: 'tensor' } }],
    ['null for a score', { score: 'magnitude' }],
    ['null for an option', { score: null }],
    ['an option it does not know', { floors: 0.1 }],
    ['an option of a weight', { weights: [{ name: 'a', weight: one, schedule: () => 1 }] }],
    ['an option of a score', { score: { kind: 'random', seed: 1, of: () => one } }],
    ['an option of a floor', { floor: { element: 1 } }],
    ['a floor that is no number', { floor: '0.1' }],
    ['a backend without a verb', { backend: { ...backend, enforce: undefined } }],
    ['an extent that is no function', { backend: { ...backend, extent: {} } }],
    [
      'a manifest that says what nobody reads',
      { backend: { ...backend, manifest: { ...backend.manifest, enforcewaits: true } } },
    ],
    [
      'a manifest without scores',
      { backend: { ...backend, manifest: { ...backend.manifest, scores: undefined } } },
    ],
    [
      'subnormals of a third kind',
      { backend: { ...backend, manifest: { ...backend.manifest, subnormals: 'flushed' } } },
    ],
    ['an unknown way with untrained weights', { untrained: 'skip' }],
    ['a keepZeros that is no boolean', { keepZeros: 1 }],
  ])('%s', (_name, options) => {
    expect(() => prune([one], options as unknown as ArrayOptions)).toThrow(TypeError);
  });

  it.each([[[-2, -2]], [[0.5, 8]], [['4']], [[Number.NaN]], [[2 ** 53]]])('the shape %s', (shape) => {
    const weight = { values: new Float32Array(4), shape: shape as number[] };
    expect(() => prune([weight])).toThrow(RangeError);
  });

  it.each([Number.NaN, -1.5, undefined])('a random score made by hand with the seed %s', (seed) => {
    expect(() => prune([one], { score: { kind: 'random', seed: seed as number } })).toThrow(/seed/);
  });

  it('and leaves no mask behind when one cannot be made', () => {
    const failing = createArrayBackend();
    let made = 0;
    const createMask = (weight: ArrayWeight) => {
      made += 1;
      if (made === 2) throw new Error('out of memory');
      return failing.createMask(weight);
    };
    expect(() => prune([one, two], { backend: { ...failing, createMask } })).toThrow('out of memory');
    expect(failing.liveMasks()).toBe(0);
  });
});

describe('update refuses, and leaves everything as it was,', () => {
  it.each([-0.1, 1.1, Number.NaN, Number.POSITIVE_INFINITY, '0.5', undefined])(
    'a schedule that returns %s',
    async (sparsity) => {
      const weight = arrayWeight(1, 2);
      const pruner = prune([weight], { schedule: () => sparsity as number });
      await expect(pruner.update(0)).rejects.toMatchObject({ code: 'invalid-sparsity' });
      expect(await pruner.report()).toMatchObject({ position: null, total: { kept: 2 } });
      expect(values(weight)).toEqual([1, 2]);
    },
  );

  it.each([Number.NaN, Number.POSITIVE_INFINITY])('the position %s', async (position) => {
    await expect(prune([arrayWeight(1)]).update(position)).rejects.toThrow(RangeError);
  });

  it('a backend that fails while searching or dropping', async () => {
    for (const verb of ['findCut', 'drop', 'countKept', 'enforce'] as const) {
      const weight = arrayWeight(1, 2);
      const backend = createArrayBackend();
      let broken = false;
      const flaky = {
        ...backend,
        [verb]: (...given: never[]) =>
          broken
            ? Promise.reject(new Error('device lost'))
            : (backend[verb] as (...all: never[]) => never)(...given),
      };
      const pruner = prune([weight], { backend: flaky });
      broken = true;
      await expect(pruner.update(0.5)).rejects.toThrow('device lost');
      broken = false;
      expect(values(weight)).toEqual([1, 2]);
      expect((await pruner.update(0.5)).dropped).toBe(1);
    }
  });

  it('a weight that was resized behind its back', async () => {
    const weight = { values: Float32Array.of(1, 2), shape: [2] };
    const pruner = prune([weight]);
    weight.shape = [3];
    await expect(pruner.update(0.5)).rejects.toMatchObject({ code: 'weight-changed' });
    await expect(pruner.enforce()).rejects.toMatchObject({ code: 'weight-changed' });
  });

  it('a backend that drops another number than it was asked to', async () => {
    const backend = { ...createArrayBackend(), drop: () => {} };
    await expect(prune([arrayWeight(1, 2)], { backend }).update(0.5)).rejects.toMatchObject({
      code: 'contract-violation',
      message: expect.stringContaining('asked backend array to drop 1 elements, and 0 were dropped'),
    });
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

describe('a word of another door', () => {
  it('is answered with the one of this', async () => {
    const create = () => prune([arrayWeight(1)], { include: [/kernel/] } as never);
    expect(create).toThrow(
      'createPruner has no option "include": it is select: { include }. It takes backend',
    );
    const pruner = prune([arrayWeight(1)]);
    await expect(pruner.restore(JSON.stringify(await pruner.save()))).rejects.toThrow(
      /got ".*; text is read by JSON\.parse first$/s,
    );
  });
});
