import { describe, expect, it } from 'vitest';
import { randomScore } from '../score/scores.js';
import {
  type ArrayMask,
  type ArrayWeight,
  arrayWeight,
  createArrayBackend,
} from '../testing/array-backend.js';
import type { PrunerOptions } from './options.js';
import { createPruner } from './pruner.js';

type Options = Partial<PrunerOptions<ArrayWeight, ArrayMask>>;

/** A pruner of two weights under these names, whose position is the sparsity. */
function pruneAs(names: readonly [string, string], options: Options = {}) {
  const weights = [arrayWeight(1, 4, 2, 3), arrayWeight(8, 7, 6)];
  const pruner = createPruner({
    backend: createArrayBackend(),
    weights: weights.map((weight, i) => ({ name: names[i]!, weight })),
    schedule: (sparsity) => sparsity,
    ...options,
  });
  return { pruner, weights };
}

async function saved(options: Options = {}) {
  const { pruner } = pruneAs(['dense_1/kernel', 'dense_2/kernel'], options);
  await pruner.update(3 / 7);
  return pruner.save();
}

describe('restore', () => {
  it('takes a map of saved names to own names', async () => {
    const { pruner, weights } = pruneAs(['dense_3/kernel', 'dense_4/kernel']);
    const names = { 'dense_1/kernel': 'dense_3/kernel', 'dense_2/kernel': 'dense_4/kernel' };
    await pruner.restore(await saved(), { names });
    expect(weights.map(({ values }) => [...values])).toEqual([
      [0, 4, 0, 0],
      [8, 7, 6],
    ]);
    expect((await pruner.save()).weights.map(({ name }) => name)).toEqual([
      'dense_3/kernel',
      'dense_4/kernel',
    ]);
  });

  it('leaves names that are not in the map as they are', async () => {
    const { pruner } = pruneAs(['dense_1/kernel', 'head/kernel']);
    await pruner.restore(await saved(), { names: { 'dense_2/kernel': 'head/kernel' } });
    expect((await pruner.report()).total.dropped).toBe(3);
  });

  it('matches by position when asked to', async () => {
    const { pruner, weights } = pruneAs(['x', 'y']);
    await pruner.restore(await saved(), { match: 'position' });
    expect(weights.map(({ values }) => [...values])).toEqual([
      [0, 4, 0, 0],
      [8, 7, 6],
    ]);
  });

  it('by name refuses other names, and says what would do', async () => {
    const { pruner } = pruneAs(['x', 'y']);
    for (const options of [{}, { match: 'name' }] as const) {
      await expect(pruner.restore(await saved(), options)).rejects.toMatchObject({
        code: 'state-mismatch',
        message: expect.stringContaining("{ names: { saved: own } } or { match: 'position' }"),
      });
    }
    expect((await pruner.report()).total.dropped).toBe(0);
  });

  it('says of the same names in another order that the order counts', async () => {
    const { pruner } = pruneAs(['dense_2/kernel', 'dense_1/kernel']);
    await expect(pruner.restore(await saved())).rejects.toThrow('Their order is part of the result');
  });

  it('by position refuses another number of weights and other shapes', async () => {
    const one = createPruner({
      backend: createArrayBackend(),
      weights: [{ name: 'x', weight: arrayWeight(1, 2, 3, 4) }],
      schedule: () => 0,
    });
    const state = await saved();
    await expect(one.restore(state, { match: 'position' })).rejects.toMatchObject({ code: 'state-mismatch' });
    const swapped = createPruner({
      backend: createArrayBackend(),
      weights: [
        { name: 'x', weight: arrayWeight(1, 2, 3) },
        { name: 'y', weight: arrayWeight(1, 2, 3, 4) },
      ],
      schedule: () => 0,
    });
    await expect(swapped.restore(state, { match: 'position' })).rejects.toThrow(
      'weight "x" has the shape [3]; the state has [4]',
    );
  });

  it('refuses other names under a random score, whose order is drawn from them', async () => {
    const score = randomScore({ seed: 1 });
    const { pruner } = pruneAs(['x', 'y'], { score });
    const state = await saved({ score });
    await expect(pruner.restore(state, { match: 'position' })).rejects.toThrow(
      'the random score draws its order from the names of the weights: "dense_1/kernel" cannot go on as "x"',
    );
    const { pruner: same } = pruneAs(['dense_1/kernel', 'dense_2/kernel'], { score });
    await same.restore(state, { match: 'position' });
    expect((await same.report()).total.dropped).toBe(3);
  });

  it('refuses a map of names that the state does not have', async () => {
    const { pruner } = pruneAs(['x', 'dense_2/kernel']);
    await expect(pruner.restore(await saved(), { names: { dense_1: 'x' } })).rejects.toMatchObject({
      code: 'state-mismatch',
      message: expect.stringContaining(
        'names maps "dense_1", and the state has "dense_1/kernel", "dense_2/kernel"',
      ),
    });
  });

  it.each([
    [{ name: {} }, 'restore has no option "name"; did you mean "names"?'],
    [{ match: 'index' }, 'restore needs match to be one of name, position; got "index"'],
    [{ names: ['x'] }, 'restore needs names to be an object of saved names to own names, got an array of 1'],
    [
      { names: { a: 'dense_1/kernal' } },
      'to be a name of this pruner, got "dense_1/kernal"; did you mean "dense_1/kernel"?',
    ],
    [{ names: { a: 1 } }, 'to be a name of this pruner, got 1'],
    [{ names: {}, match: 'position' }, "restore takes names or match: 'position', not both"],
    [null, 'restore needs an object of options, got null'],
  ])('refuses the options %o', async (options, message) => {
    const { pruner } = pruneAs(['dense_1/kernel', 'dense_2/kernel']);
    const restoring = pruner.restore(await saved(), options as never);
    await expect(restoring).rejects.toThrow(TypeError);
    await expect(restoring).rejects.toThrow(message);
  });
});

describe('a state keeps', () => {
  it.each([
    [{ floor: { elements: 1 } }, { floor: { fraction: 0, elements: 1 } }],
    [{ floor: { fraction: 0.25 } }, { floor: 0.25 }],
    [{ untrained: 'wait' }, { untrained: 'wait' }],
    [{ keepZeros: true }, { keepZeros: true }],
  ] as [Options, object][])('the options %o', async (options, kept) => {
    const state = JSON.parse(JSON.stringify(await saved(options)));
    expect(state).toMatchObject(kept);
    const { pruner } = pruneAs(['dense_1/kernel', 'dense_2/kernel'], options);
    await pruner.restore(state);
    expect(await pruner.save()).toEqual(state);
    const { pruner: other } = pruneAs(['dense_1/kernel', 'dense_2/kernel']);
    const [option] = Object.keys(kept);
    await expect(other.restore(state)).rejects.toMatchObject({
      code: 'state-mismatch',
      message: expect.stringContaining(`this pruner has ${option}`),
    });
    await expect(pruner.restore(await saved())).rejects.toMatchObject({ code: 'state-mismatch' });
  });

  it('what version 1 called otherwise, so that its states are read', async () => {
    // Saved by a release that knew a fraction for a floor and neither untrained nor keepZeros.
    const old = {
      ...{ format: 'synaprune-pruner', version: 1, rule: 'exact', scope: 'global' },
      ...{ pattern: { kind: 'element' }, score: { kind: 'magnitude' }, floor: 0.1 },
      ...{ position: 0.4, target: 0.4 },
      weights: [
        { name: 'dense_1/kernel', shape: [4], kept: 2, mask: 'Cg==' },
        { name: 'dense_2/kernel', shape: [3], kept: 3, mask: 'Bw==' },
      ],
      checksum: '63552583',
    };
    const { pruner } = pruneAs(['dense_1/kernel', 'dense_2/kernel'], { floor: 0.1 });
    await pruner.restore(old);
    const { scope: _, checksum: __, ...same } = old;
    expect(await pruner.save()).toMatchObject({ ...same, version: 2, distribution: 'global' });
    const local = pruneAs(['dense_1/kernel', 'dense_2/kernel'], { floor: 0.1, distribution: 'uniform' });
    await expect(local.pruner.restore(old)).rejects.toMatchObject({ code: 'state-mismatch' });
  });

  it('tells of a schedule that gives another sparsity where the run was saved, until an update has followed', async () => {
    const { pruner } = pruneAs(['dense_1/kernel', 'dense_2/kernel'], { schedule: () => 4 / 7 });
    await pruner.restore(await saved());
    const [notice] = (await pruner.report()).notices;
    expect(notice?.code).toBe('schedule-changed');
    expect(notice?.message).toMatch(
      /^the run was saved at position 0\.428571\d*, where its schedule asked for 0\.428571; this schedule asks for 0\.571429 there\./,
    );
    expect((await pruner.update(1)).notices[0]).toEqual(notice);
    expect((await pruner.update(1)).notices).toEqual([]);
    expect((await pruner.report()).notices.map(({ code }) => code)).toEqual(['weight-emptied']);
  });

  it('tells it again where the update that should have told it failed once its masks had changed', async () => {
    const plain = createArrayBackend();
    let [armed, failing] = [false, false];
    const backend: typeof plain = {
      ...plain,
      countKept(masks) {
        if (failing) throw new Error('device lost');
        return plain.countKept(masks);
      },
      enforce(items) {
        failing = armed;
        return plain.enforce(items);
      },
    };
    const names = ['dense_1/kernel', 'dense_2/kernel'] as const;
    const { pruner } = pruneAs(names, { backend, schedule: () => 4 / 7 });
    await pruner.restore(await saved());
    armed = true;
    await expect(pruner.update(1)).rejects.toThrow('device lost');
    [armed, failing] = [false, false];
    expect((await pruner.update(1)).notices.map(({ code }) => code)).toContain('schedule-changed');
  });

  it('tells of no schedule that gives the same there, nor of one that gives nothing', async () => {
    const state = await saved();
    for (const schedule of [
      (sparsity: number) => (sparsity < 0.5 ? sparsity : 1),
      () => {
        throw new Error('asked too early');
      },
    ]) {
      const { pruner } = pruneAs(['dense_1/kernel', 'dense_2/kernel'], { schedule });
      await pruner.restore(state);
      expect((await pruner.report()).notices).toEqual([]);
    }
  });

  it('tells of no schedule where the run was saved before its first update', async () => {
    const { pruner } = pruneAs(['dense_1/kernel', 'dense_2/kernel']);
    const other = pruneAs(['dense_1/kernel', 'dense_2/kernel'], { schedule: () => 1 });
    await other.pruner.restore(await pruner.save());
    expect((await other.pruner.report()).notices).toEqual([]);
  });
});
