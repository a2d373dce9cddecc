import { type Recipe, readRecipe } from '@synaprune/core';
import { z } from 'zod';
import { boundedList as list } from './bounded-list.js';
import { MODELS, type RunSpec } from './run.js';

/*
 * What a run and its result may be, where they come from a file or a queue. Whatever passes can be trained and
 * stored; nothing else is looked at further.
 */

const whole = (least: number, most: number) => z.number().int().min(least).max(most);
const share = z.number().min(0).max(1);
const below1 = z.number().min(0).lt(1);
const atLeast0 = z.number().min(0);

/** Epochs of a run. */
const MOST_EPOCHS = 10_000;

/** A recipe that counts in epochs and elements. What else it may hold is core's to say. */
const recipeSchema = z.custom<Recipe>().superRefine((value, context) => {
  try {
    const { every = 'epoch', schedule, pattern } = readRecipe(value);
    if (every !== 'epoch') throw new TypeError(`needs every to be "epoch", got ${JSON.stringify(every)}`);
    if ((pattern?.kind ?? 'element') !== 'element') {
      throw new TypeError(`needs pattern to be "element", got ${JSON.stringify(pattern?.kind)}`);
    }
    if ((schedule.end ?? 0) > MOST_EPOCHS) {
      throw new RangeError(`needs its schedule to end by epoch ${MOST_EPOCHS}, got ${schedule.end}`);
    }
  } catch (error) {
    context.addIssue({ code: 'custom', message: (error as Error).message });
  }
});

const pruningSchema = z.strictObject({
  recipe: recipeSchema,
  everyBatches: whole(1, 1e9).nullable(),
});

export const trainingSchema = z.strictObject({
  learningRate: z.number().positive().max(10),
  dropout: below1,
  coupled: z.literal(true).optional(),
  weightDecay: z.number().min(0).max(1000),
  narrowed: below1,
  noisyValidation: z.boolean(),
  pruning: pruningSchema.nullable(),
});

export const stoppingSchema = z.strictObject({
  epochs: whole(1, MOST_EPOCHS),
  batchSize: whole(1, 1e6),
  patience: whole(0, MOST_EPOCHS),
  against: z.enum(['best', 'previous']),
  leastEpochs: whole(0, MOST_EPOCHS),
  scored: z.enum(['best', 'last']),
});

export const protocolSchema = z.enum(['honest', 'published']);
export const modelSchema = z.enum(MODELS);
export const lengthSchema = whole(1, 10_000);
export const seedSchema = whole(0, 2 ** 32 - 1);
export const sourceSchema = z.string().min(1).max(4096);
export const targetSchema = z.string().max(32_767);
export const sha256Schema = z.string().regex(/^[0-9a-f]{64}$/, 'needs 64 hexadecimal digits');
export const runtimeSchema = z.string().min(1).max(200);

/** Everything that decides a run's numbers. */
export const runSpecSchema = z.strictObject({
  protocol: protocolSchema,
  series: z.strictObject({ source: sourceSchema, target: targetSchema, sha256: sha256Schema }),
  length: lengthSchema,
  model: modelSchema,
  training: trainingSchema,
  stopping: stoppingSchema,
  seed: seedSchema,
  runtime: runtimeSchema,
}) satisfies z.ZodType<RunSpec>;

export const scoreSchema = z.strictObject({
  mae: atLeast0,
  rmse: atLeast0,
  scaledMae: atLeast0,
  scaledRmse: atLeast0,
});

const evaluationsSchema = z.strictObject({
  off: scoreSchema,
  onePass: scoreSchema.nullable(),
  twentyPasses: scoreSchema.nullable(),
});

const epochSchema = z.strictObject({
  epoch: whole(0, MOST_EPOCHS),
  trainLoss: z.number(),
  validationLoss: z.number(),
  validationMae: z.number(),
  sparsity: share,
});

const noticeSchema = z.strictObject({
  code: z.string().max(100),
  message: z.string().max(5000),
  weights: list(z.string().max(1000), 10_000).optional(),
});

/** What came of a run. A score that is not finite comes out of JSON as null, and is refused. */
export const runResultSchema = z
  .strictObject({
    test: evaluationsSchema,
    validation: evaluationsSchema,
    testAtLast: evaluationsSchema,
    testAtBest: evaluationsSchema,
    persistence: z.strictObject({ test: scoreSchema, validation: scoreSchema }),
    forecasts: list(z.number(), 1000).optional(),
    bestEpoch: whole(0, MOST_EPOCHS),
    scoredEpoch: whole(0, MOST_EPOCHS),
    epochs: list(epochSchema, MOST_EPOCHS),
    sparsity: share,
    sparsityByWeight: list(
      z.strictObject({ name: z.string().max(1000), elements: whole(0, 1e9), sparsity: share }),
      10_000,
    ),
    prunable: whole(0, 1e9),
    parameters: whole(0, 1e9),
    gzipBytes: whole(0, 2 ** 40),
    seconds: atLeast0,
    notices: list(noticeSchema, 1000).optional(),
  })
  .refine(({ bestEpoch, scoredEpoch, epochs }) => Math.max(bestEpoch, scoredEpoch) < epochs.length, {
    error: 'needs its best and its scored epoch among its epochs',
    path: ['epochs'],
  });
