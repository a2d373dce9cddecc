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
  type Schedule,
  type ScoreOption,
  saliencyScore,
  snipScore,
  tensorScore,
} from '@synaprune/core';
import { createRandom } from '@synaprune/examples-kit/random';
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
    ...(regrow === null ? {} : { regrow: regrowthOf(regrow, every, seed) }),
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
  every: number,
  seed: number,
): NonNullable<TrainerPruneOptions['regrow']> {
  // Whatever is dropped comes back once the schedule asks for nothing: any order will do.
  if (regrow === 'returns') return { by: randomScore({ seed }), fraction: 0 };
  const { by, fraction, until } = regrow;
  return {
    by: by === 'gradient' ? gradientScore() : freshLots(seed),
    // At the first update, which only takes the masks of the start over, next to nothing has been trained.
    fraction: (step) =>
      step < every || step >= until ? 0 : (fraction / 2) * (1 + Math.cos((Math.PI * step) / until)),
  };
}

/** Lots that are drawn anew at every update: an order that stayed would bring the same weights back each time. */
function freshLots(seed: number): ScoreOption<TrainerWeight> {
  const random = createRandom(seed, 'what grows');
  return tensorScore<TrainerWeight>(({ weight: { shape } }) => {
    const elements = shape.reduce((product, size) => product * size, 1);
    // Above zero: what ranks zero would be said to have no score.
    return { shape, values: Float32Array.from({ length: elements }, () => 1 - random.uniform()) };
  });
}
