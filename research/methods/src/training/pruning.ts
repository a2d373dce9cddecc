import {
  activityScore,
  constantSparsity,
  createPruner,
  gradientScore,
  magnitudeScore,
  movementScore,
  type NamedMask,
  type PrunerOptions,
  randomScore,
  readRecipe,
  rigl,
  saliencyScore,
  setRegrowth,
  snipScore,
} from '@synaprune/core';
import { acdc } from '@synaprune/core/methods';
import type { Trainer, TrainerPruneOptions, TrainerPruning, TrainerWeight } from '@synaprune/onnxruntime';
import type { MaskSpec, PhasesSpec, RegrowthSpec, ScoreName } from '../run.js';

type TrainerScore = NonNullable<TrainerPruneOptions['score']>;

/** Keeps the masks of a trainer as a {@link MaskSpec} says, from its next step on. */
export async function startPruning(trainer: Trainer, spec: MaskSpec, seed: number): Promise<TrainerPruning> {
  const { every, regrow, distribution } = spec;
  const lots = randomScore({ seed });
  const { schedule } = readRecipe({ schedule: spec.schedule });
  const score = scoreOf(spec.score, seed);
  const masks = spec.startsRandom
    ? await drawMasks(trainer, { schedule: constantSparsity(schedule(0)), distribution, score: lots })
    : undefined;
  const pruning = trainer.prune({
    schedule,
    every,
    score,
    distribution,
    ...(masks === undefined ? {} : { masks }),
    ...(regrow === null ? {} : { regrow: regrowthOf(regrow, seed) }),
  });
  // What starts sparse is so before the first update, which may wait for a score to have seen a step.
  if (masks !== undefined) await pruning.pruner.enforce();
  return pruning;
}

/** Keeps the masks of a trainer in dense and compressed phases. */
export function startPhases(
  trainer: Trainer,
  { every, to, start, compressed, dense, end }: PhasesSpec,
): TrainerPruning {
  return trainer.prune({ every, ...acdc({ to, start, compressed, dense, end }) });
}

/** Masks by lot, for what starts sparse. The weights that they drop are zero afterwards. */
async function drawMasks(
  { backend, weights }: Trainer,
  options: Pick<PrunerOptions<TrainerWeight, never>, 'schedule' | 'distribution' | 'score'>,
): Promise<readonly NamedMask[]> {
  const pruner = createPruner({ backend, weights, ...options });
  try {
    await pruner.update(0);
    return await pruner.masks();
  } finally {
    pruner.dispose();
  }
}

function scoreOf(name: ScoreName, seed: number): TrainerScore {
  switch (name) {
    case 'magnitude':
      return magnitudeScore();
    case 'random':
      return randomScore({ seed });
    case 'activity':
      return activityScore();
    case 'movement':
      return movementScore();
    case 'saliency':
      return saliencyScore();
    case 'snip':
      return snipScore();
  }
}

function regrowthOf(
  { by, fraction, from: start, until: end }: RegrowthSpec,
  seed: number,
): NonNullable<TrainerPruneOptions['regrow']> {
  return by === 'gradient'
    ? rigl({ gradients: gradientScore(), fraction, start, end })
    : setRegrowth({ seed, fraction, start, end });
}
