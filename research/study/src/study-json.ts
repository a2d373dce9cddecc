import { z } from 'zod';
import { boundedList } from './bounded-list.js';
import { MODELS } from './run.js';

/** What `format` and `version` of a study.json are. The version changes when a reader would have to. */
export const FORMAT = 'synaprune-study';
export const VERSION = 1;

/** Items of any list: one a run, or fewer. */
const MOST = 2_000_000;
const list = <Item extends z.ZodType>(item: Item) => boundedList(item, MOST);
const share = z.number().min(0).max(1);
const pair = z.tuple([z.number(), z.number()]).readonly();
const modelName = z.enum(MODELS);
const protocol = z.enum(['honest', 'published']);
const place = {
  arm: z.string(),
  model: modelName,
  /** Index into `series`. */
  series: z.number().int().min(0),
  length: z.number().int().positive(),
};

/** Errors: `mae` and `rmse` in original units, the scaled ones divided by the task's error unit. */
const score = z.strictObject({
  mae: z.number(),
  rmse: z.number(),
  scaledMae: z.number(),
  scaledRmse: z.number(),
});

/** `off`: dropout off; `onePass`, `twentyPasses`: on, once and averaged; null where there is no dropout. */
const evaluations = z.strictObject({
  off: score,
  onePass: score.nullable(),
  twentyPasses: score.nullable(),
});

/** A mean over seeds; interval 95 % by Student's t, null for one seed. */
const spread = z.strictObject({
  mean: z.number(),
  interval: pair.nullable(),
  deviation: z.number().nullable(),
  least: z.number(),
  greatest: z.number(),
});

/** Everything that decides a run's numbers; settings as `run.ts` documents them. */
const runSpec = z.looseObject({
  protocol,
  series: z.strictObject({ source: z.string(), target: z.string(), sha256: z.string() }),
  length: z.number().int().positive(),
  model: modelName,
  training: z.looseObject({ dropout: share, weightDecay: z.number(), narrowed: share }),
  stopping: z.looseObject({ epochs: z.number().int().positive(), scored: z.enum(['best', 'last']) }),
  seed: z.number(),
  runtime: z.string(),
});

/** A finished run. The store has the same with every epoch's losses. */
const run = z.looseObject({
  /** SHA-256 of the spec's canonical JSON. */
  key: z.string(),
  spec: runSpec,
  test: evaluations,
  validation: evaluations,
  testAtLast: evaluations,
  testAtBest: evaluations,
  persistence: z.strictObject({ test: score, validation: score }),
  bestEpoch: z.number(),
  scoredEpoch: z.number(),
  epochsRun: z.number(),
  sparsity: share,
  prunable: z.number(),
  parameters: z.number(),
  gzipBytes: z.number(),
  seconds: z.number(),
  /** What did not come to hold while it trained; not there where everything did. */
  notices: list(
    z.strictObject({ code: z.string(), message: z.string(), weights: list(z.string()).optional() }),
  ).optional(),
});

/** A scored run as one arm evaluates it: what the tables and tests are made from. */
const row = z.strictObject({
  ...place,
  seed: z.number(),
  key: z.string(),
  score,
  atBest: score,
  atLast: score,
  persistence: score,
  sparsity: share,
  epochs: z.number(),
  scoredEpoch: z.number(),
});

const cell = z.strictObject({
  ...place,
  /** What validation chose, and every candidate's mean validation error over the tuning seeds. */
  chosen: z.string(),
  tuning: list(z.strictObject({ label: z.string(), scaledMae: z.number(), keys: list(z.string()) })),
  runs: z.number(),
  mae: spread.nullable(),
  rmse: spread.nullable(),
  scaledMae: spread.nullable(),
  scaledMaeAtBest: spread.nullable(),
  scaledMaeAtLast: spread.nullable(),
  sparsity: spread.nullable(),
  epochs: spread.nullable(),
});

/** Relative differences: −0.1 is an error 10 % lower than the reference's. */
const effect = z.strictObject({
  arm: z.string(),
  reference: z.string(),
  relative: z.number(),
  interval: pair.nullable(),
  /** Two one-sided tests at 95 %; a file of an earlier program has none. */
  bounds: pair.nullable().default(null),
  blocksToTell: z.number().nullable().default(null),
  blocks: z.number(),
  blocksLower: z.number(),
  pairs: z.number(),
  pairsLower: z.number(),
});

const armPair = { arm: z.string(), other: z.string(), p: share };
const pairTest = z.strictObject({ ...armPair, pHolm: share, exact: z.boolean() });

const tests = z.strictObject({
  friedman: z.strictObject({
    statistic: z.number(),
    degrees: z.number(),
    pApproximate: share,
    pExact: share.nullable(),
    whyNotExact: z.string().nullable(),
    leastP: share,
  }),
  /** Statistic null: infinite, all blocks agree. */
  imanDavenport: z.strictObject({ statistic: z.number().nullable(), degrees: pair, p: share }),
  kendallW: z.number(),
  nemenyi: z.strictObject({
    criticalDifference: z.number(),
    cliques: list(list(z.string())),
    pairs: list(z.strictObject(armPair)),
  }),
  pairs: list(pairTest),
  planned: list(pairTest),
  leastPairP: share,
});

/** Tests and effects for all of the study, a model over all series, or a model on one series. */
const scope = z.strictObject({
  kind: z.enum(['overall', 'model', 'model-series']),
  model: modelName.nullable(),
  series: z.number().nullable(),
  /** What one block is; everything else is averaged in it. */
  unit: list(z.enum(['series', 'model', 'length', 'seed'])),
  population: z.string(),
  /** The order of `errors` and `averageRanks`. */
  arms: list(z.string()),
  blocks: list(
    z.strictObject({
      label: z.string(),
      errors: list(z.number()),
      persistence: z.number(),
      runs: z.number(),
    }),
  ),
  incompleteBlocks: z.number(),
  unpairedRuns: z.number(),
  averageRanks: list(z.number()),
  persistenceRank: z.number().nullable(),
  tests: tests.nullable(),
  effects: list(effect),
  onPersistence: list(effect),
  onLinear: list(effect).default([]),
});

const standing = z.enum(['better', 'level', 'worse']);

/** The shape of study.json. Numbers are not rounded. */
const shape = z.strictObject({
  format: z.literal(FORMAT),
  version: z.literal(VERSION),
  protocol,
  /** ISO 8601. */
  date: z.string(),
  /** What makes the same study again. */
  command: z.string(),
  options: z.strictObject({
    models: list(modelName),
    lengths: list(z.number()),
    seeds: list(z.number()),
    tuningSeeds: list(z.number()),
    arms: list(
      z.strictObject({
        name: z.string(),
        title: z.string(),
        explanation: z.string(),
        evaluation: z.enum(['off', 'onePass', 'twentyPasses']),
      }),
    ),
  }),
  machine: z.strictObject({
    cpu: z.string(),
    cores: z.number(),
    node: z.string(),
    runtimes: list(z.string()),
  }),
  runSeconds: z.number(),
  series: list(
    z.strictObject({
      source: z.string(),
      target: z.string(),
      name: z.string(),
      unit: z.string(),
      step: z.string(),
      provenance: z.string(),
      licence: z.string(),
      sha256: z.string(),
    }),
  ),
  remarks: list(z.strictObject({ series: place.series, length: z.number(), remarks: list(z.string()) })),
  persistence: list(z.strictObject({ series: place.series, length: z.number(), score })),
  /** Of ridge regressions on the same windows; a file of an earlier program has none. */
  linear: list(
    z.strictObject({
      series: place.series,
      length: z.number(),
      score,
      ridge: z.number(),
      weights: z.number(),
      rows: z.number(),
      stretch: z.strictObject({
        truth: list(z.number()),
        lastValue: list(z.number()),
        linear: list(z.number()),
      }),
    }),
  ).default([]),
  answer: z.strictObject({
    sentence: z.string(),
    besidePersistence: z.string(),
    verdict: z.enum(['yes', 'no', 'makes-no-difference', 'cannot-tell', 'not-asked']),
    trusted: z.boolean(),
    pruning: z.string().nullable(),
    effect: effect.nullable(),
    /** What the effect may be claimed to be within, as a sentence; the margin is the larger of its bounds. */
    equivalence: z.string().default(''),
    weightsGone: pair.nullable().default(null),
    effectOverSeries: effect.nullable(),
    bootstrap: pair.nullable(),
    /** How the two arms stand beside the linear model, as a sentence. */
    besideLinear: z.string().default(''),
    pruningOnLinear: effect.nullable().default(null),
    dropoutOnLinear: effect.nullable().default(null),
    pruningOnPersistence: effect.nullable(),
    dropoutOnPersistence: effect.nullable(),
    /** Level: the interval holds zero, or the difference is below one per cent. */
    besideLastValue: z.strictObject({ pruning: standing, dropout: standing }).nullable(),
  }),
  statistics: list(scope),
  /** Every arm's difference with the best and with the last epoch scored, in the same runs. */
  epochChoice: list(
    z.strictObject({ arm: z.string(), reference: z.string(), atBest: effect, atLast: effect }),
  ),
  cells: list(cell),
  rows: list(row),
  runs: list(run),
  /** What was asked for and cannot be had; model null: none of them. */
  impossible: list(
    z.strictObject({
      series: place.series,
      length: z.number(),
      model: modelName.nullable(),
      reason: z.string(),
    }),
  ).default([]),
  missing: z.number(),
  failed: list(z.strictObject({ key: z.string(), spec: runSpec, message: z.string() })),
});

/** The same, with every place in it among the series that it has. */
export const studyJsonSchema = shape.superRefine((study, context) => {
  for (const part of ['remarks', 'persistence', 'linear', 'cells', 'rows', 'impossible'] as const) {
    const at = study[part].findIndex(({ series }) => series >= study.series.length);
    if (at < 0) continue;
    const message = `needs one of ${study.series.length} series, counted from 0`;
    context.addIssue({ code: 'custom', path: [part, at, 'series'], message });
  }
});

/** A study as machines read it. */
export type StudyJson = z.infer<typeof shape>;
