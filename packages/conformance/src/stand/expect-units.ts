import type { Blocks, GroupsAlong, Item } from '@synaprune/core';
import { magnitudesOf, type ScoreKind } from '../oracle/model.js';
import { packFlags } from '../oracle/packing.js';
import { blockMembers, groupMembers, spareIn, type Unit, unitsOf } from '../oracle/units.js';
import { createRandom } from '../specimens/random.js';
import { expectSame, expectSameBytes, expectSameNumbers } from './expect.js';
import type { Handle, Stand } from './stand.js';
import { expectMasks, expectWeights, itemOf, maskSubject, type Subject } from './subject.js';

/** The units of one weight, as they must be. Their flags change as some are dropped. */
interface UnitModel {
  readonly units: readonly Unit[];
  readonly kept: Uint8Array;
}

/** Drops elements here and there, and everything of the first few. */
export async function maskRaggedly(stand: Stand, subjects: readonly Subject[], seed: number): Promise<void> {
  const random = createRandom(seed);
  for (const subject of subjects) {
    const gone = random.integer(6);
    await maskSubject(
      stand,
      subject,
      subject.kept.map((_, i) => (i < gone || random.integer(4) === 0 ? 0 : 1)),
    );
  }
}

/**
 * Pools, and whatever the verbs say of what was pooled is what the oracle says: shapes, masks, counts below every score
 * there is, cuts, drops, and the masks of elements that a mask of blocks is spread to.
 */
export async function expectBlocks(
  stand: Stand,
  subjects: readonly Subject[],
  blocks: readonly Blocks[],
  score: ScoreKind = 'magnitude',
): Promise<void> {
  const { backend, manifest } = stand;
  const models = subjects.map((subject, i): UnitModel => {
    const { edges, pooling } = blocks[i]!;
    const pattern = { kind: 'block', shape: edges, pool: pooling } as const;
    const units = unitsOf(pattern, subject, magnitudesOf(subject, score, manifest), manifest);
    return { units, kept: Uint8Array.from(units, ({ kept }) => (kept ? 1 : 0)) };
  });
  const items = subjects.map((subject) => itemOf(subject, score));
  const pooled = await backend.pool!(items, blocks);
  try {
    expectSame('items pooled', pooled.length, subjects.length);
    for (const [i, { weight, score: ranks }] of pooled.entries()) {
      const { shape } = subjects[i]!;
      const counts = shape.map((edge, axis) => Math.ceil(edge / blocks[i]!.edges[axis]!));
      expectSameNumbers(`shape of what [${shape}] is pooled to`, backend.shape(weight), counts);
      expectSame('what ranks what was pooled', ranks.kind, 'magnitude');
    }
    await expectUnitMasks(stand, 'once pooled', pooled, models);
    await expectUnitValues(stand, pooled, models);
    await expectUnitScores(stand, pooled, models);
    await expectUnitDrops(stand, pooled, models);
    await expectSpread(stand, { subjects, blocks, pooled, models });
    await expectMasks(stand, 'pooling and spreading change no other mask', subjects);
    await expectWeights(stand, 'pooling and spreading change no weight', subjects);
  } finally {
    backend.disposePooled!(pooled);
  }
}

async function expectUnitMasks(
  { backend }: Stand,
  what: string,
  pooled: readonly Item<Handle, Handle>[],
  models: readonly UnitModel[],
): Promise<void> {
  for (const [i, { mask }] of pooled.entries()) {
    expectSameBytes(
      `${what}: mask of the blocks of weight ${i}`,
      await backend.readMask(mask),
      packFlags(models[i]!.kept),
    );
  }
  const kept = await backend.countKept(pooled.map(({ mask }) => mask));
  const needed = models.map((model) => model.kept.reduce((sum, flag) => sum + flag, 0));
  expectSameNumbers(`${what}: blocks kept of each weight`, kept, needed);
}

/** What was pooled can be read as weights can, where those can: core ranks channels of several weights so. */
async function expectUnitValues(
  { backend }: Stand,
  pooled: readonly Item<Handle, Handle>[],
  models: readonly UnitModel[],
): Promise<void> {
  if (backend.read === undefined) return;
  for (const [i, { weight }] of pooled.entries()) {
    const values = await backend.read(weight);
    const got = new Int32Array(values.buffer, values.byteOffset, values.length).map(
      (bits) => bits & 0x7fffffff,
    );
    const needed = models[i]!.units.map(({ magnitude }) => magnitude);
    expectSameNumbers(`scores of the blocks of weight ${i}, read`, [...got], needed);
  }
}

/** Counts below every score and just above it tell the scores themselves. */
async function expectUnitScores(
  { backend }: Stand,
  pooled: readonly Item<Handle, Handle>[],
  models: readonly UnitModel[],
): Promise<void> {
  const scores = models.flatMap(({ units }) => units.flatMap(({ magnitude }) => [magnitude, magnitude + 1]));
  const probes = [...new Set(scores)].sort((a, b) => a - b);
  const ranked = models.map(({ units, kept }) =>
    units
      .filter(({ index }) => kept[index] === 1)
      .map(({ magnitude }) => magnitude)
      .sort((a, b) => a - b),
  );
  // Probes rise, and with them what is below.
  const needed = models.map(() => 0);
  for (let from = 0; from < probes.length; from += 255) {
    const some = probes.slice(from, from + 255);
    const counts = await backend.countBelow(pooled, some);
    for (const [row, limit] of some.entries()) {
      for (const [i, own] of ranked.entries()) {
        while (needed[i]! < own.length && own[needed[i]!]! < limit) needed[i]! += 1;
      }
      expectSameNumbers(`kept blocks of each weight below 0x${limit.toString(16)}`, counts[row]!, needed);
    }
  }
}

async function expectUnitDrops(
  stand: Stand,
  pooled: readonly Item<Handle, Handle>[],
  models: readonly UnitModel[],
): Promise<void> {
  for (const part of [0.2, 0.5]) {
    const ranked = models
      .flatMap(({ units, kept }, weight) =>
        units.filter(({ index }) => kept[index] === 1).map((unit) => ({ ...unit, weight })),
      )
      .sort((a, b) => a.magnitude - b.magnitude || a.weight - b.weight || a.index - b.index);
    const count = Math.ceil(part * ranked.length);
    if (count === 0) return;
    const taken = ranked.slice(0, count);
    const { magnitude } = taken.at(-1)!;
    const cut = await stand.backend.findCut(pooled, count);
    expectSame(`magnitude of the cut that takes ${count} blocks`, cut.magnitude, magnitude);
    const ties = taken.filter((unit) => unit.magnitude === magnitude).length;
    expectSame(`ties of the cut that takes ${count} blocks`, cut.ties, ties);
    await stand.backend.drop([{ items: pooled, cut }]);
    for (const { weight, index } of taken) models[weight]!.kept[index] = 0;
    await expectUnitMasks(stand, `${count} blocks dropped`, pooled, models);
  }
}

async function expectSpread(
  stand: Stand,
  {
    subjects,
    blocks,
    pooled,
    models,
  }: {
    readonly subjects: readonly Subject[];
    readonly blocks: readonly Blocks[];
    readonly pooled: readonly Item<Handle, Handle>[];
    readonly models: readonly UnitModel[];
  },
): Promise<void> {
  const into = subjects.map((subject) => ({ ...subject, mask: stand.createMask(subject.weight) }));
  for (const every of [0, 3]) {
    const flags = subjects.map(({ kept }) => kept.map((_, i) => (every > 0 && i % every === 0 ? 0 : 1)));
    for (const [i, { mask }] of into.entries()) await stand.backend.writeMask(mask, packFlags(flags[i]!));
    await stand.backend.spread!(
      pooled,
      blocks,
      into.map(({ mask }) => mask),
    );
    for (const [i, { shape }] of subjects.entries()) {
      for (const [block, members] of blockMembers(shape, blocks[i]!.edges).entries()) {
        if (models[i]!.kept[block] === 0) for (const member of members) flags[i]![member] = 0;
      }
    }
    const spread = into.map((subject, i) => ({ ...subject, kept: flags[i]! }));
    await expectMasks(stand, every === 0 ? 'spread into masks that keep all' : 'spread into others', spread);
  }
}

/** Ranks inside groups, into masks that hold something else before: what can be spared is what the oracle says. */
export async function expectGroups(
  stand: Stand,
  subjects: readonly Subject[],
  groups: readonly GroupsAlong[],
  score: ScoreKind = 'magnitude',
): Promise<void> {
  const { backend, manifest } = stand;
  const into = subjects.map((subject) => ({ ...subject, mask: stand.createMask(subject.weight) }));
  for (const { mask, kept } of into) await backend.writeMask(mask, packFlags(kept.map((_, i) => i % 2)));
  await backend.rankWithin!(
    subjects.map((subject) => itemOf(subject, score)),
    groups,
    into.map(({ mask }) => mask),
  );
  const spare = into.map((subject, i) => {
    const { keep, of, axis } = groups[i]!;
    const kept = new Uint8Array(subject.kept.length);
    const from = { magnitudes: magnitudesOf(subject, score, manifest), kept: subject.kept };
    for (const members of groupMembers(subject.shape, of, axis)) {
      for (const index of spareIn(members, keep, from)) kept[index] = 1;
    }
    return { ...subject, kept };
  });
  const { keep, of, axis } = groups[0]!;
  await expectMasks(stand, `what keeping ${keep} of ${of} along axis ${axis} can spare`, spare);
  await expectMasks(stand, 'ranking inside groups changes no other mask', subjects);
  await expectWeights(stand, 'ranking inside groups changes no weight', subjects);
}
