import { z } from 'zod';
import { boundedList as list } from '../bounded-list.js';
import {
  lengthSchema,
  modelSchema,
  protocolSchema,
  runSpecSchema,
  runtimeSchema,
  scoreSchema,
  seedSchema,
  sha256Schema,
  sourceSchema,
  stoppingSchema,
  targetSchema,
  trainingSchema,
} from '../run-schema.js';
import { MOST_RUNS, mostRunsOf } from './plan.js';

const text = (most: number) => z.string().max(most);

const MOST_SERIES = 1000;
const MOST_LENGTHS = 10_000;
const MOST_PLACES = 1_000_000;

const seriesSchema = z.strictObject({
  source: sourceSchema,
  target: targetSchema,
  name: text(4096),
  unit: text(32_767),
  step: text(200),
  provenance: text(10_000),
  licence: text(10_000),
  sha256: sha256Schema,
});

const candidateSchema = z.strictObject({
  label: text(1000),
  training: trainingSchema,
  stopping: stoppingSchema,
});

const armSchema = z.strictObject({
  name: text(200),
  title: text(1000),
  explanation: text(10_000),
  evaluation: z.enum(['off', 'onePass', 'twentyPasses']),
  candidates: list(z.strictObject({ model: modelSchema, settings: list(candidateSchema, 100) }), 100),
});

/** Of a stretch of the test part. */
const figures = list(z.number(), 1000);

const place = { series: z.number().int().min(0), length: lengthSchema };

/** A plan as it is kept in a folder. */
export const planSchema = z
  .strictObject({
    protocol: protocolSchema,
    runtime: runtimeSchema,
    series: list(seriesSchema, MOST_SERIES),
    remarks: list(z.strictObject({ ...place, remarks: list(text(100_000), 1000) }), MOST_PLACES),
    // Plans of an earlier program have none of the next three.
    persistence: list(z.strictObject({ ...place, score: scoreSchema }), MOST_PLACES).default([]),
    linear: list(
      z.strictObject({
        ...place,
        score: scoreSchema,
        ridge: z.number().min(0),
        weights: z.number().int().min(1),
        rows: lengthSchema,
        stretch: z.strictObject({ truth: figures, lastValue: figures, linear: figures }),
      }),
      MOST_PLACES,
    ).default([]),
    impossible: list(
      z.strictObject({ ...place, model: modelSchema.nullable(), reason: text(100_000) }),
      MOST_PLACES,
    ).default([]),
    models: list(modelSchema, 100),
    lengths: list(lengthSchema, MOST_LENGTHS),
    seeds: list(seedSchema, 10_000),
    tuningSeeds: list(seedSchema, 10_000),
    arms: list(armSchema, 200),
    machine: z.strictObject({
      cpu: text(1000),
      cores: z.number().int().min(0).max(1e6),
      node: text(100),
    }),
  })
  .superRefine((plan, context) => {
    for (const part of ['remarks', 'persistence', 'linear', 'impossible'] as const) {
      const at = plan[part].findIndex(({ series }) => series >= plan.series.length);
      if (at >= 0) {
        context.addIssue({
          code: 'custom',
          path: [part, at, 'series'],
          message: `needs one of ${plan.series.length} series, counted from 0`,
        });
      }
    }
    if (mostRunsOf(plan) > MOST_RUNS) {
      context.addIssue({ code: 'custom', message: `asks for more than ${MOST_RUNS} runs` });
    }
  });

/** The runs that ended without a result. */
export const failuresSchema = list(
  z.strictObject({ key: sha256Schema, spec: runSpecSchema, message: text(1_000_000) }),
  MOST_PLACES,
);
