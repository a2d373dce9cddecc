import {
  activityScore,
  constantSparsity,
  createPruner,
  gradientScore,
  joinSchedules,
  magnitudeScore,
  movementScore,
  type NamedMask,
  type PrunerOptions,
  randomScore,
  readRecipe,
  rigl,
  type Schedule,
  saliencyScore,
  setRegrowth,
  snipScore,
} from '@synaprune/core';
import type { Trainer, TrainerPruneOptions, TrainerPruning, TrainerWeight } from '@synaprune/onnxruntime';
import type { MaskSpec, RegrowthSpec, ScoreName } from '../run.js';

type TrainerScore = NonNullable<TrainerPruneOptions['score']>;

/** Keeps the masks of a trainer as a {@link MaskSpec} says, from its next step on. */
export async function startPruning(trainer: Trainer, spec: MaskSpec, seed: number): Promise<TrainerPruning> {
  const { every, regrow, distribution } = spec;
  const lots = randomScore({ seed });
  const schedule = scheduleOf(spec);
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

function scheduleOf({ schedules }: MaskSpec): Schedule {
  return joinSchedules({
    schedules: schedules.map(({ schedule }) => readRecipe({ schedule }).schedule),
    at: schedules.slice(1).map(({ from }) => from),
  });
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
  regrow: RegrowthSpec | 'returns',
  seed: number,
): NonNullable<TrainerPruneOptions['regrow']> {
  // Whatever is dropped comes back once the schedule asks for nothing: any order will do.
  if (regrow === 'returns') return { by: randomScore({ seed }), fraction: 0 };
  const { by, fraction, from: start, until: end } = regrow;
  return by === 'gradient'
    ? rigl({ gradients: gradientScore(), fraction, start, end })
    : setRegrowth({ seed, fraction, start, end });
}
