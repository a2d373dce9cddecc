import { type ChannelGroup, createPruner, elementBudget } from '@synaprune/core';
import { dropChannels, type KeptChannels, maskChannels } from '../../oracle/groups.js';
import { createModel, type Model, magnitudesOf, type ScoreKind, zeroDropped } from '../../oracle/model.js';
import { bytesOfBase64, packFlags } from '../../oracle/packing.js';
import { createSpecimens, type Filling, heavyTies, mixed } from '../../specimens/specimens.js';
import { expectSame, expectSameBytes } from '../../stand/expect.js';
import { scoreOption, stepOf } from '../../stand/pruner-run.js';
import type { Handle, Stand } from '../../stand/stand.js';
import { expectWeights } from '../../stand/subject.js';
import type { CaseDefinition } from '../case.js';
import { alsoStripped } from '../patterns.js';

/** A stem, a kernel that doubles into two halves, its bias, what reads either half, and a head that adds them to the stem. */
const SHAPES: Readonly<Record<string, readonly number[]>> = {
  stem: [9, 3, 2],
  up: [14, 9],
  bias: [14],
  left: [9, 7],
  right: [9, 7, 2],
  head: [5, 12],
};
const TARGETS = [0.1, 0.4, 0.4, 0.75];

const from = (first: number, count: number): number[] => Array.from({ length: count }, (_, i) => first + i);
const GROUPS: readonly ChannelGroup[] = [
  {
    name: 'stream',
    channels: 9,
    members: [
      { tensor: 'stem', axis: 0, side: 'makes', channels: from(0, 9) },
      { tensor: 'up', axis: 1, side: 'reads', channels: from(0, 9) },
      { tensor: 'left', axis: 0, side: 'makes', channels: from(0, 9) },
      { tensor: 'right', axis: 0, side: 'makes', channels: from(0, 9).reverse() },
      // Three of the head's inputs are of no channel.
      { tensor: 'head', axis: 1, side: 'reads', channels: [-1, ...from(0, 9), -1, -1] },
    ],
  },
  {
    name: 'halves',
    channels: 14,
    members: [
      { tensor: 'up', axis: 0, side: 'makes', channels: from(0, 14) },
      { tensor: 'bias', axis: 0, side: 'along', channels: from(0, 14) },
      { tensor: 'left', axis: 1, side: 'reads', channels: from(0, 7) },
      { tensor: 'right', axis: 1, side: 'reads', channels: from(7, 7) },
    ],
  },
];

/** Laws 1, 3 and 4 where a channel is of several weights. */
export const groupedRunCases: readonly CaseDefinition[] = (
  ['magnitude', 'random', 'tensor'] as const
).flatMap((score) =>
  [mixed, heavyTies].flatMap((filling) =>
    alsoStripped({
      law: 3,
      name: `drops channels of groups in every weight, as a full sort does by the score ${score}: ${filling.name}`,
      needs: { score, verbs: ['read'] },
      check: (stand) => followGroups(stand, filling, score),
    }),
  ),
);

async function followGroups(stand: Stand, filling: Filling, score: ScoreKind): Promise<void> {
  const { manifest } = stand;
  const names = Object.keys(SHAPES);
  const specimens = createSpecimens(filling, Object.values(SHAPES), 91).map((specimen, i) => ({
    ...specimen,
    name: names[i]!,
  }));
  const weights: (Model & { readonly weight: Handle })[] = [];
  for (const specimen of specimens) {
    const weight = await stand.createWeight(specimen.values, specimen.shape);
    weights.push({ ...createModel(specimen), weight });
  }
  const models = new Map(weights.map((weight) => [weight.name, weight]));
  const pruner = createPruner<Handle, Handle>({
    backend: stand.backend,
    weights: weights.map(({ name, weight }) => ({ name, weight })),
    schedule: (position) => TARGETS[position]!,
    pattern: { kind: 'channel', groups: GROUPS },
    score: await scoreOption(stand, specimens, score),
  });
  stand.onClose(() => pruner.dispose());
  const all = GROUPS.reduce((sum, { channels }) => sum + channels, 0);
  let kept: KeptChannels = GROUPS.map(({ channels }) => new Array<boolean>(channels).fill(true));
  for (const [position, target] of TARGETS.entries()) {
    const count = elementBudget(target, all);
    kept = dropChannels(
      models,
      GROUPS,
      { kept, count },
      (model) => magnitudesOf(model, score, manifest),
      manifest,
    );
    maskChannels(models, GROUPS, kept);
    if (manifest.readOnly !== true) zeroDropped(weights);
    await pruner.update(position);
    const what = `channels of groups at position ${position}`;
    await expectWeights(stand, what, weights);
    const { groups } = await pruner.report();
    for (const [i, { name, channels }] of GROUPS.entries()) {
      const stay = from(0, channels).filter((channel) => kept[i]![channel]);
      expectSame(`${what}: channels kept of ${name}`, groups![i]!.kept.join(), stay.join());
    }
    const state = await pruner.save();
    for (const [i, { name, kept: flags }] of weights.entries()) {
      expectSameBytes(`${what}: mask of ${name}`, bytesOfBase64(state.weights[i]!.mask), packFlags(flags));
    }
    if (manifest.readOnly === true) continue;
    for (const [i, { weight, values }] of weights.entries()) {
      values.set(stepOf(values, position * 100 + i));
      await stand.harness.writeWeight(weight, values.slice());
    }
    await pruner.enforce();
    zeroDropped(weights);
    await expectWeights(stand, `${what}, after a step`, weights);
  }
}
