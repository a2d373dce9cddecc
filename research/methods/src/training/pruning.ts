import {
  constantSparsity,
  createPruner,
  joinSchedules,
  magnitudeScore,
  type NamedMask,
  type PrunerOptions,
  type Regrowth,
  randomScore,
  readRecipe,
  type Schedule,
  type ScoreOption,
  tensorScore,
} from '@synaprune/core';
import { createRandom } from '@synaprune/examples-kit/random';
import type { Trainer, TrainerPruning, TrainerWeight } from '@synaprune/onnxruntime';
import type { MaskSpec, RegrowthSpec } from '../run.js';

/** Keeps the masks of a trainer as a {@link MaskSpec} says, from its next step on. */
export async function startPruning(trainer: Trainer, spec: MaskSpec, seed: number): Promise<TrainerPruning> {
  const { every, regrow, distribution } = spec;
  const lots = randomScore({ seed });
  const schedule = scheduleOf(spec);
  const score: ScoreOption<TrainerWeight> = spec.score === 'random' ? lots : magnitudeScore();
  const masks = spec.startsRandom
    ? await drawMasks(trainer, { schedule: constantSparsity(schedule(0)), distribution, score: lots })
    : undefined;
  return trainer.prune({
    schedule,
    every,
    score,
    distribution,
    ...(masks === undefined ? {} : { masks }),
    ...(regrow === null ? {} : { regrow: regrowthOf(trainer, regrow, seed) }),
  });
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

function regrowthOf(
  trainer: Trainer,
  regrow: RegrowthSpec | 'returns',
  seed: number,
): Regrowth<TrainerWeight> {
  // Whatever is dropped comes back once the schedule asks for nothing: any order will do.
  if (regrow === 'returns') return { by: randomScore({ seed }), fraction: 0 };
  const { by, fraction, until } = regrow;
  return {
    by: by === 'gradient' ? gradientScore(trainer) : freshLots(seed),
    // Nothing is known of the gradients, and nothing has been trained, before the first step.
    fraction: (step) =>
      step === 0 || step >= until ? 0 : (fraction / 2) * (1 + Math.cos((Math.PI * step) / until)),
  };
}

function gradientScore({ gradients }: Trainer): ScoreOption<TrainerWeight> {
  const byName = new Map(gradients.map(({ name, weight }) => [name, weight]));
  return tensorScore<TrainerWeight>(({ name }) => byName.get(name)!);
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
