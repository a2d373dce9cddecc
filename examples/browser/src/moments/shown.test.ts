import type { NamedMask } from '@synaprune/core';
import { expect, it } from 'vitest';
import { layerWeights, masksOf } from './layer-weights';
import { packModel } from './measure';
import { type Moment, momentBefore } from './moment';
import { createShown } from './shown';

/** A run that drops one weight of four from moment to moment, the first first. */
const kernels = [0, 1, 2, 3].map((dropped) =>
  Float32Array.from([1, 2, 3, 4], (v, i) => (i < dropped ? 0 : v)),
);
const artifacts = kernels.map(({ buffer: weightData }) => ({
  modelTopology: {},
  weightSpecs: [{ name: 'kernel', shape: [4, 1], dtype: 'float32' as const }],
  weightData,
}));
const moments = await Promise.all(
  artifacts.map(
    async (saved, i): Promise<Moment> => ({
      step: 10 * (i + 1),
      sparsity: i / 4,
      score: 0,
      packed: await packModel(saved),
      onward: false,
    }),
  ),
);
const weightsAt = (index: number) => layerWeights(artifacts[index]!);
const masksAt = (index: number) => masksOf(weightsAt(index));

/** What was drawn last: elements that are dropped, and those that were before. */
function watch() {
  const drawn: [dropped: number, before: number | null][] = [];
  const dropped = (masks: readonly NamedMask[]) => 4 - masks[0]!.kept;
  const shown = createShown({
    masks: (masks, before) =>
      void drawn.push([masks === null ? 0 : dropped(masks), before && dropped(before)]),
    weights: () => {},
  });
  shown.weights({ pruned: weightsAt(3), dense: weightsAt(0) });
  return { shown, last: () => drawn.at(-1) };
}

it('compares what it shows with the moment before it in the run, whatever was drawn before', async () => {
  const { shown, last } = watch();
  const look = (index: number) => shown.look(moments[index]!, moments[index - 1] ?? null);
  shown.masks(masksAt(3), momentBefore(moments, 40));
  await expect.poll(last).toEqual([3, 2]);
  look(0);
  await expect.poll(last).toEqual([0, null]);
  look(2);
  await expect.poll(last).toEqual([2, 1]);
  look(1);
  await expect.poll(last).toEqual([1, 0]);
  // From one of the first moments to now, at once: the moment before is known by now.
  shown.look(null, null);
  expect(last()).toEqual([3, 2]);
});

it('draws the run as it is at once, and what it is compared with when that is unpacked', async () => {
  const { shown, last } = watch();
  shown.masks(masksAt(2), moments[1]!);
  expect(last()).toEqual([2, null]);
  await expect.poll(last).toEqual([2, 1]);
  shown.masks(masksAt(3), moments[1]!);
  expect(last()).toEqual([3, 1]);
  shown.masks(null, null);
  expect(last()).toEqual([0, null]);
});

it('knows the moment before so many steps, none of those on the way to 99 %', () => {
  const onward = { ...moments[3]!, step: 12, onward: true };
  const all = [...moments, onward];
  expect([10, 11, 40, 41].map((position) => momentBefore(all, position)?.step)).toEqual([
    undefined,
    10,
    30,
    40,
  ]);
});
