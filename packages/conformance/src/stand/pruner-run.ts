import {
  createPruner,
  magnitudeScore,
  type Pruner,
  type PrunerOptions,
  type PrunerState,
  randomScore,
  type ScoreOption,
  tensorScore,
  type UpdateResult,
} from '@synaprune/core';
import { type RunDistribution, sparsitiesOf } from '../oracle/distributed.js';
import { pruneExact, type RunFloor } from '../oracle/exact.js';
import {
  countFlags,
  createModel,
  dropKeptZeros,
  GROWTH_SEED,
  growthScoresOf,
  isHollow,
  type Model,
  RANDOM_SEED,
  type ScoreKind,
  zeroDropped,
} from '../oracle/model.js';
import { bytesOfBase64, packFlags } from '../oracle/packing.js';
import { prunePublished } from '../oracle/published.js';
import type { RunPattern } from '../oracle/units.js';
import { createRandom } from '../specimens/random.js';
import type { Specimen } from '../specimens/specimens.js';
import { expectSame, expectSameBytes } from './expect.js';
import type { Handle, Stand } from './stand.js';
import { expectWeights } from './subject.js';

/** How a run prunes. The position is the index of a target. */
export interface RunOptions {
  readonly targets: readonly number[];
  readonly distribution?: RunDistribution;
  readonly pattern?: RunPattern;
  readonly rule?: 'exact' | 'published';
  readonly score?: ScoreKind;
  readonly floor?: RunFloor;
  readonly ceiling?: number;
  readonly untrained?: 'rank' | 'wait';
  readonly keepZeros?: boolean;
  /** A fraction for every position. */
  readonly regrow?: { readonly by: ScoreKind; readonly fractions: readonly number[] };
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
  /**
   * An optimizer step with momentum: moves every element, dropped ones too, some of them to -0 or NaN. None where
   * weights are only looked at.
   */
  step(seed: number): Promise<void>;
  /** Weights and saved masks are what the oracle says. */
  verify(what: string): Promise<PrunerState>;
}

/**
 * Makes the weights and the pruner; the stand disposes of both.
 *
 * @param more options that the oracle does not follow
 */
export async function createRun(
  stand: Stand,
  specimens: readonly Specimen[],
  options: RunOptions,
  more: Pick<PrunerOptions<Handle, Handle>, 'masks'> = {},
): Promise<PrunerRun> {
  const { targets, distribution = 'global', pattern = { kind: 'element' }, rule = 'exact' } = options;
  const { score = 'magnitude', floor = 0, ceiling = 1, untrained = 'rank' } = options;
  const { keepZeros = false, regrow } = options;
  const wait = untrained === 'wait';
  const { readOnly = false } = stand.manifest;
  const ranking = stand.manifest;
  let first = true;
  const weights: RunWeight[] = [];
  for (const specimen of specimens) {
    const weight = await stand.createWeight(specimen.values, specimen.shape);
    weights.push({ ...createModel(specimen), weight });
  }
  const sharesOf = (list: readonly { readonly shape: readonly number[] }[], sparsity: number) =>
    sparsitiesOf(
      distribution,
      list.map(({ shape }) => shape),
      sparsity,
    );
  const pruner = createPruner<Handle, Handle>({
    backend: stand.backend,
    weights: weights.map(({ name, weight }) => ({ name, weight })),
    schedule: (position) => targets[position]!,
    distribution: distribution === 'rising' ? (list, sparsity) => sharesOf(list, sparsity)! : distribution,
    pattern,
    rule,
    score: await scoreOption(stand, specimens, score),
    floor,
    ceiling,
    untrained,
    keepZeros,
    ...more,
    ...(regrow === undefined
      ? {}
      : {
          regrow: {
            by: await growthOption(stand, specimens, regrow.by),
            fraction: (position) => regrow.fractions[position]!,
          },
        }),
  });
  stand.onClose(() => pruner.dispose());

  const predict = (position: number): void => {
    const target = targets[position]!;
    if (first && keepZeros) {
      dropKeptZeros(
        weights.filter((weight) => !(wait && isHollow(weight, ranking))),
        ranking,
      );
    }
    first = false;
    if (rule === 'published') prunePublished(weights, target, { score, ranking });
    else {
      pruneExact(weights, target, {
        ...{ score, ranking, pattern, floor, ceiling, wait },
        regrow: regrow && { by: regrow.by, fraction: regrow.fractions[position]!, position },
        sparsities: sharesOf(weights, target),
        lamp: distribution === 'lamp',
      });
    }
    zeroDropped(weights);
    if (readOnly) for (const [i, { values }] of specimens.entries()) weights[i]!.values.set(values);
  };

  return {
    pruner,
    weights,
    update: async (position) => {
      predict(position);
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
  const revivals = [-0, Number.NaN, 1e30];
  return values.map((value) => {
    const revived = revivals[random.integer(9)];
    const moved = value + random.gaussian() / 16;
    return value === 0 && revived !== undefined ? revived : moved;
  });
}

/** A score as `createPruner` takes it, with tensors of the specimens' scores on the device. */
export async function scoreOption(
  stand: Stand,
  specimens: readonly Specimen[],
  score: ScoreKind,
): Promise<ScoreOption<Handle>> {
  if (score === 'magnitude') return magnitudeScore();
  if (score === 'random') return randomScore({ seed: RANDOM_SEED });
  return tensorOption(stand, specimens, ({ scores }) => scores);
}

async function growthOption(
  stand: Stand,
  specimens: readonly Specimen[],
  score: ScoreKind,
): Promise<ScoreOption<Handle>> {
  if (score === 'magnitude') return magnitudeScore();
  if (score === 'random') return randomScore({ seed: GROWTH_SEED });
  return tensorOption(stand, specimens, growthScoresOf);
}

async function tensorOption(
  stand: Stand,
  specimens: readonly Specimen[],
  scoresOf: (specimen: Specimen) => Float32Array,
): Promise<ScoreOption<Handle>> {
  const tensors = new Map<string, Handle>();
  for (const specimen of specimens) {
    tensors.set(specimen.name, await stand.createWeight(scoresOf(specimen), specimen.shape));
  }
  return tensorScore<Handle>(({ name }) => tensors.get(name));
}
