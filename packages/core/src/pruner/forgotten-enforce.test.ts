import { expect, it } from 'vitest';
import { linearRamp } from '../schedule/index.js';
import { arrayWeight, createArrayBackend } from '../testing/array-backend.js';
import { createPruner } from './pruner.js';

const schedule = linearRamp({ from: 0.5, to: 0.75, start: 0, end: 2 });

/** A pruner that has dropped two of four elements, and how often its backend looked at magnitudes. */
async function setUp(manifest: { readonly enforcesItself?: boolean } = {}) {
  let looked = 0;
  const inner = createArrayBackend();
  const backend: typeof inner = {
    ...inner,
    manifest: { ...inner.manifest, ...manifest },
    countBelow: (items, magnitudes) => {
      looked += 1;
      return inner.countBelow(items, magnitudes);
    },
  };
  const weight = arrayWeight(4, 1, -2, 3);
  const pruner = createPruner({ backend, weights: [{ name: 'kernel', weight }], schedule });
  await pruner.update(0);
  const before = looked;
  return { pruner, weight, looked: () => looked - before };
}

const codes = ({ notices }: { readonly notices: readonly { readonly code: string }[] }) =>
  notices.map(({ code }) => code).filter((code) => !code.startsWith('weight-'));

it('a forgotten enforce is told at the next update, which zeroes what came back', async () => {
  const { pruner, weight } = await setUp();
  weight.values.fill(7);
  const result = await pruner.update(1);
  expect(codes(result)).toEqual(['dropped-not-zero']);
  expect(result.notices[0]).toMatchObject({
    message: expect.stringMatching(/^2 dropped elements of "kernel" are not zero/),
    weights: ['kernel'],
  });
  expect([...weight.values].filter((value) => value !== 0)).toHaveLength(2);
  expect(codes(await pruner.update(1))).toEqual([]);
});

it.each(['enforce', 'enforceSync'] as const)('nothing is looked for after %s', async (verb) => {
  const { pruner, weight, looked } = await setUp();
  weight.values.fill(7);
  await pruner[verb]();
  expect(codes(await pruner.update(1))).toEqual([]);
  expect(looked()).toBe(0);
});

it('kept zeros are no dropped elements that came back', async () => {
  const { pruner, weight } = await setUp();
  weight.values.fill(0);
  expect(codes(await pruner.update(1))).toEqual([]);
  weight.values.fill(-0);
  expect(codes(await pruner.update(2))).toEqual([]);
});

it('where whoever trains sees to dropped elements, nothing is looked for', async () => {
  const { pruner, weight, looked } = await setUp({ enforcesItself: true });
  weight.values.fill(7);
  expect(codes(await pruner.update(1))).toEqual([]);
  expect(looked()).toBe(0);
});

it('a state that was restored was enforced', async () => {
  const { pruner, weight } = await setUp();
  weight.values.fill(7);
  await pruner.restore(await pruner.save());
  expect(codes(await pruner.update(1))).toEqual([]);
});
