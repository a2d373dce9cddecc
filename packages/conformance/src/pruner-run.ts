import {
  createPruner,
  magnitudeScore,
  type Pruner,
  type PrunerState,
  randomScore,
  type ScoreOption,
  tensorScore,
  type UpdateResult,
} from '@synaprune/core';
import { expectSame, expectSameBytes } from './expect.js';
import {
  countFlags,
  createModel,
  dropKeptZeros,
  isHollow,
  type Model,
  pruneExact,
  prunePublished,
  RANDOM_SEED,
  type RunFloor,
  type ScoreKind,
  zeroDropped,
} from './oracle.js';
import { bytesOfBase64, packFlags } from './packing.js';
import { createRandom } from './random.js';
import type { Specimen } from './specimens.js';
import type { Handle, Stand } from './stand.js';
import { expectWeights } from './subject.js';

/** How a run prunes. The position is the index of a target. */
export interface RunOptions {
  readonly targets: readonly number[];
  readonly distribution?: 'global' | 'uniform';
  readonly rule?: 'exact' | 'published';
  readonly score?: ScoreKind;
  readonly floor?: RunFloor;
  readonly untrained?: 'rank' | 'wait';
  readonly keepZeros?: boolean;
}

/** A weight of a run: on the device, and as it must be. */
export interface RunWeight extends Model {
  readonly weight: Handle;
}

/** A pruner on the backend under test, and beside it the oracle, going the same way. */
export interface PrunerRun {
  readonly pruner: Pruner;
  readonly weights: readonly RunWeight[];
  /** Updates both. */
  update(position: number): Promise<UpdateResult>;
  /** Enforces both. Nothing where weights are only looked at. */
  enforce(): Promise<void>;
  /** An optimizer step with momentum: moves every element, dropped ones too, some of them to -0 or NaN. None where weights are only looked at. */
  step(seed: number): Promise<void>;
  /** Weights and saved masks are what the oracle says. */
  verify(what: string): Promise<PrunerState>;
}

/** Makes the weights and the pruner; the stand disposes of both. */
export async function createRun(
  stand: Stand,
  specimens: readonly Specimen[],
  options: RunOptions,
): Promise<PrunerRun> {
  const { targets, distribution = 'global', rule = 'exact', score = 'magnitude', floor = 0 } = options;
  const { untrained = 'rank', keepZeros = false } = options;
  const wait = untrained === 'wait';
  const { readOnly = false } = stand.manifest;
  let first = true;
  const weights: RunWeight[] = [];
  const scores = new Map<string, Handle>();
  for (const specimen of specimens) {
    const weight = await stand.createWeight(specimen.values, specimen.shape);
    weights.push({ ...createModel(specimen), weight });
    if (score === 'tensor') {
      scores.set(specimen.name, await stand.createWeight(specimen.scores, specimen.shape));
    }
  }
  const pruner = createPruner<Handle, Handle>({
    backend: stand.backend,
    weights: weights.map(({ name, weight }) => ({ name, weight })),
    schedule: (position) => targets[position]!,
    distribution,
    rule,
    score: scoreOption(score, scores),
    floor,
    untrained,
    keepZeros,
  });
  stand.onClose(() => pruner.dispose());

  return {
    pruner,
    weights,
    update: async (position) => {
      const predict = rule === 'published' ? prunePublished : pruneExact;
      const ranking = stand.manifest;
      if (first && keepZeros) {
        dropKeptZeros(
          weights.filter((weight) => !(wait && isHollow(weight, ranking))),
          ranking,
        );
      }
      first = false;
      // Uniform is the same as every weight for itself.
      for (const part of distribution === 'global' ? [weights] : weights.map((weight) => [weight])) {
        predict(part, targets[position]!, { score, ranking, floor, wait });
      }
      zeroDropped(weights);
      return pruner.update(position);
    },
    enforce: async () => {
      if (readOnly) return;
      zeroDropped(weights);
      await pruner.enforce();
    },
    step: async (seed) => {
      if (readOnly) return;
      for (const [i, { weight, values }] of weights.entries()) {
        values.set(stepOf(values, seed * 100 + i));
        await stand.harness.writeWeight(weight, values.slice());
      }
    },
    verify: async (what) => {
      await expectWeights(stand, what, weights);
      const state = await pruner.save();
      for (const [i, { name, kept }] of weights.entries()) {
        const saved = state.weights[i]!;
        expectSame(`${what}: elements kept of ${name}`, saved.kept, countFlags(kept));
        expectSameBytes(`${what}: mask of ${name}`, bytesOfBase64(saved.mask), packFlags(kept));
      }
      return state;
    },
  };
}

/**
 * What an optimizer with momentum makes of a weight: every element moves, and zeros, which is what dropped
 * elements are, become large, NaN or -0 here and there.
 */
export function stepOf(values: Float32Array, seed: number): Float32Array {
  const random = createRandom(seed);
  return values.map((value) => {
    const revived = [-0, Number.NaN, 1e30][random.integer(9)];
    const moved = value + random.gaussian() / 16;
    return value === 0 && revived !== undefined ? revived : moved;
  });
}

function scoreOption(score: ScoreKind, tensors: ReadonlyMap<string, Handle>): ScoreOption<Handle> {
  switch (score) {
    case 'magnitude':
      return magnitudeScore();
    case 'random':
      return randomScore({ seed: RANDOM_SEED });
    case 'tensor':
      return tensorScore<Handle>(({ name }) => tensors.get(name));
  }
}
