import { describe, expect, it } from 'vitest';
import { randomScore } from '../score/scores.js';
import { type ArrayWeight, arrayWeight, createArrayBackend } from '../testing/array-backend.js';
import { type ArrayOptions, prune, values } from '../testing/prune.js';

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
