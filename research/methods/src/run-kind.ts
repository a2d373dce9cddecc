import { createHash } from 'node:crypto';
import { readRecipe, type ScheduleRecipe } from '@synaprune/core';
import { canonicalJson } from 'synaprune-study/store/key';
import { defineRuns, type RunKind } from 'synaprune-study/store/run-kind';
import { z } from 'zod';
import { type MethodResult, type MethodSpec, OPTIMIZERS, SCORES, TASKS } from './run.js';

const whole = (least: number, most: number) => z.number().int().min(least).max(most);
const share = z.number().min(0).max(1);
const name = z.string().min(1).max(200);
const steps = whole(0, 1e7);

/** A schedule as data. What it may hold is core's to say. */
const scheduleSchema = z.custom<ScheduleRecipe>().superRefine((schedule, context) => {
  try {
    readRecipe({ schedule });
  } catch (error) {
    context.addIssue({ code: 'custom', message: (error as Error).message });
  }
});

const treatmentSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('none') }),
  z.strictObject({ kind: z.literal('narrow') }),
  z.strictObject({
    kind: z.literal('masks'),
    schedule: scheduleSchema,
    every: whole(1, 1e7),
    looks: steps,
    score: z.enum(SCORES),
    distribution: z.enum(['global', 'erk']),
    startsRandom: z.boolean(),
    regrow: z
      .strictObject({ by: z.enum(['random', 'gradient']), fraction: share, from: steps, until: steps })
      .nullable(),
  }),
  z.strictObject({
    kind: z.literal('phases'),
    to: share,
    start: steps,
    compressed: whole(1, 1e7),
    dense: whole(1, 1e7),
    end: steps,
    every: whole(1, 1e7),
  }),
  z.strictObject({
    kind: z.literal('rewind'),
    to: steps,
    rounds: z
      .array(z.strictObject({ steps, sparsity: share }))
      .min(1)
      .max(100),
  }),
]);

const specSchema: z.ZodType<MethodSpec> = z.strictObject({
  task: z.enum(TASKS),
  data: name,
  method: name,
  sparsity: share,
  treatment: treatmentSchema,
  training: z.strictObject({
    steps: whole(1, 1e7),
    batchSize: whole(1, 1e5),
    optimizer: z.enum(OPTIMIZERS),
    learningRate: z.number().positive(),
  }),
  seed: whole(0, 2 ** 31),
  runtime: name,
});

const resultSchema: z.ZodType<MethodResult> = z.strictObject({
  score: z.number().min(0),
  loss: z.number().min(0),
  weights: z.array(z.strictObject({ name, elements: whole(1, 1e9), kept: whole(0, 1e9) })).max(1000),
  masks: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .nullable(),
  steps,
  seconds: z.number().min(0),
  notices: z
    .array(
      z.strictObject({
        code: name,
        message: z.string().max(5000),
        weights: z.array(name).readonly().optional(),
      }),
    )
    .max(100),
}) as z.ZodType<MethodResult>;

/** SHA-256, in hexadecimal, of a spec as canonical JSON. */
export function keyOf(spec: MethodSpec): string {
  return createHash('sha256').update(canonicalJson(spec)).digest('hex');
}

/** The runs of a comparison. Two results are of one computation when they are equal in all but the time they took. */
export const METHOD_RUNS: RunKind<MethodSpec, MethodResult> = defineRuns({
  format: 'synaprune-methods-runs',
  version: 1,
  spec: specSchema,
  result: resultSchema,
  keyOf,
  told: (result) => ({ ...result, seconds: 0 }),
});
