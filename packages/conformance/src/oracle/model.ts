import { type BackendManifest, randomMagnitude, type Score, weightSeed } from '@synaprune/core';
import type { Specimen } from '../specimens/specimens.js';
import { bitsOf } from './bits.js';

/*
 * What a backend has to do, done the slow and obvious way: all elements in one list, sorted by (magnitude,
 * weight, flat index). Nothing here searches, and nothing is shared with core but the definitions of a budget
 * and of a random score.
 */

/** Seed of the random scores, before the weight's name is hashed in. */
export const RANDOM_SEED = 20250;

/** The same for growth by chance. */
export const GROWTH_SEED = 20251;

/** What ranks the elements. */
export type ScoreKind = Score<unknown>['kind'];

/** A weight as it must be now. Its arrays change as the case goes on. */
export interface Model extends Specimen {
  /** One flag an element; 1 means kept. */
  readonly kept: Uint8Array;
}

/** How a device ranks: part of its manifest. */
export type DeviceRanking = Pick<BackendManifest, 'subnormals' | 'nanPayloads'>;

/** One kept element. */
export interface Place {
  readonly magnitude: number;
  readonly weight: number;
  readonly index: number;
}

/** A model of a fresh weight, sharing nothing with the specimen. */
export function createModel(specimen: Specimen): Model {
  return {
    ...specimen,
    values: specimen.values.slice(),
    kept: new Uint8Array(specimen.values.length).fill(1),
  };
}

/** The magnitudes of a model's elements, as this device ranks them. */
export function magnitudesOf(model: Model, score: ScoreKind, ranking: DeviceRanking): Uint32Array {
  if (score === 'random') return randomMagnitudes(model, RANDOM_SEED);
  return tensorMagnitudes(score === 'tensor' ? model.scores : model.values, ranking);
}

/** What ranks the elements that may come back. Chance is another one at every position. */
export function growthMagnitudesOf(
  model: Model,
  { by, position }: { readonly by: ScoreKind; readonly position: number },
  ranking: DeviceRanking,
): Uint32Array {
  if (by === 'random') return randomMagnitudes(model, weightSeed(GROWTH_SEED, String(position)));
  return tensorMagnitudes(by === 'tensor' ? growthScoresOf(model) : model.values, ranking);
}

/** A tensor of growth scores for a specimen. */
export function growthScoresOf({ scores }: Pick<Specimen, 'scores'>): Float32Array {
  return scores.toReversed();
}

/** A magnitude as this device ranks it. */
export function asRanked(magnitude: number, { subnormals, nanPayloads }: DeviceRanking): number {
  if (subnormals === 'zero' && magnitude < 0x00800000) return 0;
  return nanPayloads === 'tied' && magnitude > 0x7f800000 ? 0x7fc00000 : magnitude;
}

function tensorMagnitudes(tensor: Float32Array, ranking: DeviceRanking): Uint32Array {
  const magnitudes = bitsOf(tensor).slice();
  for (let i = 0; i < magnitudes.length; i += 1) {
    magnitudes[i] = asRanked(magnitudes[i]! & 0x7fffffff, ranking);
  }
  return magnitudes;
}

function randomMagnitudes({ name, values }: Model, seed: number): Uint32Array {
  const own = weightSeed(seed, name);
  return Uint32Array.from(values, (_, i) => randomMagnitude(own, i));
}

/** All kept elements of all models, lowest first. */
export function rankKept(models: readonly Model[], score: ScoreKind, ranking: DeviceRanking): Place[] {
  const places: Place[] = [];
  for (const [weight, model] of models.entries()) {
    const magnitudes = magnitudesOf(model, score, ranking);
    for (const [index, kept] of model.kept.entries()) {
      if (kept === 1) places.push({ magnitude: magnitudes[index]!, weight, index });
    }
  }
  return places.sort((a, b) => a.magnitude - b.magnitude || a.weight - b.weight || a.index - b.index);
}

/** The cut that takes the first `count` of the ranked elements. */
export function cutAt(ranked: readonly Place[], count: number): { magnitude: number; ties: number } {
  const { magnitude } = ranked[count - 1]!;
  return { magnitude, ties: ranked.slice(0, count).filter((place) => place.magnitude === magnitude).length };
}

/** How many kept elements of a model rank strictly below a magnitude. */
export function countKeptBelow(
  model: Model,
  score: ScoreKind,
  ranking: DeviceRanking,
  magnitude: number,
): number {
  return magnitudesOf(model, score, ranking).filter((own, i) => model.kept[i] === 1 && own < magnitude)
    .length;
}

/** Drops elements, and makes every dropped element of the models +0. */
export function drop(models: readonly Model[], places: readonly Place[]): void {
  for (const { weight, index } of places) models[weight]!.kept[index] = 0;
  zeroDropped(models);
}

/** Makes every dropped element +0. */
export function zeroDropped(models: readonly Model[]): void {
  for (const { values, kept } of models) {
    for (let i = 0; i < kept.length; i += 1) if (kept[i] === 0) values[i] = 0;
  }
}

/** How many elements are kept. */
export function countFlags(kept: Uint8Array): number {
  return kept.reduce((sum, flag) => sum + flag, 0);
}

/** How many elements of a model are zero on this device, dropped or kept. */
export function zerosOf(model: Model, ranking: DeviceRanking): number {
  return magnitudesOf(model, 'magnitude', ranking).filter((magnitude) => magnitude === 0).length;
}

/** Whether a model keeps something, and nothing but zeros. */
export function isHollow(model: Model, ranking: DeviceRanking): boolean {
  const magnitudes = magnitudesOf(model, 'magnitude', ranking);
  return (
    countFlags(model.kept) > 0 && magnitudes.every((magnitude, i) => model.kept[i] === 0 || magnitude === 0)
  );
}

/** Drops every kept element that is zero. */
export function dropKeptZeros(models: readonly Model[], ranking: DeviceRanking): void {
  drop(
    models,
    rankKept(models, 'magnitude', ranking).filter(({ magnitude }) => magnitude === 0),
  );
}
