import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { type Recipe, readRecipe } from '@synaprune/core';
import { badData } from '@synaprune/examples-kit/bad-data';
import { readRecipeFile } from '@synaprune/examples-kit/files/read-recipe';
import { MODELS, type ModelName } from '@synaprune/examples-kit/ocr/model/model';
import {
  type Command,
  createCommand,
  InvalidArgumentError,
  Option,
} from '@synaprune/examples-kit/terminal/command';
import { fraction, integer } from '@synaprune/examples-kit/terminal/option-values';
import { recipesOf } from './arms/training-plan.js';
import { PRESETS, type Preset } from './presets.js';
import { RUNTIMES } from './runtime.js';
import type { Settings } from './settings.js';

/** Everything the command line decides. */
export interface Options {
  readonly settings: Settings;
  readonly runtime: (typeof RUNTIMES)[number];
  readonly threads: number;
  readonly out: string;
}

interface Flags {
  readonly model: ModelName;
  readonly quick?: true;
  readonly sparsities?: readonly number[];
  readonly steps?: number;
  readonly lines?: number;
  readonly testLines?: number;
  readonly batch?: number;
  readonly width?: number;
  readonly learningRate?: number;
  readonly floor?: number;
  readonly distribution?: NonNullable<Recipe['distribution']>;
  readonly recipe?: string;
  readonly seed: number;
  readonly runtime: Options['runtime'];
  readonly threads: number;
  readonly out?: string;
}

/**
 * Reads the command line. On `--help` and on a usage error it prints and ends the process (0 and 2);
 * nothing has been written then.
 *
 * @throws PruneError `bad-data` when `--recipe` cannot be used
 */
export function readOptions(argv: readonly string[]): Options {
  const program = command();
  program.parse([...argv], { from: 'user' });
  const given = program.opts<Flags>();
  const preset = PRESETS[given.model];
  const size = given.quick ? preset.quick : preset.full;
  const { width = preset.width, model, seed, runtime, threads } = given;
  if (width % 8 !== 0) program.error(`error: --width needs a multiple of 8, got ${width}`);
  const steps = given.steps ?? size.steps;
  const recipes =
    given.recipe === undefined
      ? ownRecipes(given, preset, given.sparsities ?? size.sparsities, steps, (message) =>
          program.error(message),
        )
      : [recipeFor(given.recipe, steps)];
  return {
    settings: {
      model,
      plan: { recipes, steps, learningRate: given.learningRate ?? preset.learningRate },
      lines: { training: given.lines ?? size.lines, heldOut: given.testLines ?? size.testLines },
      width,
      batch: given.batch ?? preset.batch,
      seed,
    },
    runtime,
    threads,
    out: given.out ?? fileURLToPath(new URL('../out', import.meta.url)),
  };
}

/** The recipes of the stages that flags and preset ask for. */
function ownRecipes(
  { floor, distribution }: Flags,
  { pruning }: Preset,
  sparsities: readonly number[],
  steps: number,
  fail: (message: string) => never,
): Recipe[] {
  const wanted = {
    ...pruning,
    floor: floor ?? pruning.floor,
    ...(distribution === undefined ? {} : { distribution }),
  };
  const highest = sparsities.at(-1)!;
  if (highest + wanted.floor > 1) {
    fail(`error: --floor needs at most ${+(1 - highest).toFixed(6)} at that sparsity, got ${wanted.floor}`);
  }
  return recipesOf(sparsities, steps, wanted);
}

/** A recipe from a file, for one stage of so many steps. */
function recipeFor(path: string, steps: number): Recipe {
  const recipe = readRecipeFile(path);
  const { schedule, every } = readRecipe(recipe);
  const end = schedule.end ?? 0;
  if (every === 'epoch') {
    throw badData(`--recipe ${path}: every needs to be 'batch' or a number of steps here, got 'epoch'`);
  }
  if (end >= steps) {
    throw badData(
      `--recipe ${path}: the schedule, whose positions are steps here, needs to end before step ${steps} ` +
        `(--steps), got ${end}`,
    );
  }
  return recipe;
}

function command(): Command {
  return createCommand(
    'onnx-finetune',
    'Prunes a model from an .onnx file (PP-OCR, from npm) in one shot and with training, and compares what is left\n' +
      'of it. Writes the pruned models, report.html and results.json. In brackets: the defaults of cls and rec.',
  )
    .addOption(
      new Option('--model <name>', 'cls (is a line upside down?) or rec (what does it say? slow)')
        .choices(MODELS)
        .default('cls'),
    )
    .option('--quick', 'smoke run: 50 % only, few steps')
    .option('--sparsities <list>', 'rising, above 0 and below 1 (0.5,0.7,0.8,0.9)', rising)
    .option(
      '--steps <count>',
      `training steps for each sparsity ${defaults(({ full }) => full.steps)}`,
      integer(2, 100_000),
    )
    .option(
      '--lines <count>',
      `lines to learn from ${defaults(({ full }) => full.lines)}`,
      integer(1, 100_000),
    )
    .option(
      '--test-lines <count>',
      `lines to measure on ${defaults(({ full }) => full.testLines)}`,
      integer(1, 100_000),
    )
    .option('--batch <lines>', `lines in a training step ${defaults(({ batch }) => batch)}`, integer(1, 256))
    .option(
      '--width <pixels>',
      `of a line, a multiple of 8 ${defaults(({ width }) => width)}`,
      integer(48, 960),
    )
    .option(
      '--learning-rate <rate>',
      `the highest of a stage ${defaults(({ learningRate }) => learningRate)}`,
      positive,
    )
    .addOption(
      new Option(
        '--distribution <what>',
        'rank all weights together (global), or give each the same sparsity (uniform)',
      ).choices(['global', 'uniform']),
    )
    .option(
      '--floor <share>',
      `share of each weight that always stays ${defaults(({ pruning }) => pruning.floor)}`,
      fraction,
    )
    .addOption(
      new Option(
        '--recipe <file>',
        'what is pruned and when, as JSON: one stage, positions counted in steps',
      ).conflicts(['sparsities', 'floor', 'distribution']),
    )
    .option('--seed <number>', 'decides lines and their order', integer(0), 1)
    .addOption(
      new Option('--runtime <name>', 'onnxruntime-node or -web (wasm)').choices(RUNTIMES).default('node'),
    )
    .option('--threads <count>', 'threads of the runtime', integer(1, 256), availableParallelism())
    .option('--out <folder>', "where models, report.html and results.json go (default: the example's out/)")
    .helpOption('-h, --help', 'show this');
}

/** What a flag is by default, for each model. */
function defaults(value: (preset: Preset) => number): string {
  return `(${MODELS.map((name) => value(PRESETS[name])).join(' / ')})`;
}

function positive(text: string): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (!(value > 0 && value < 1)) throw new InvalidArgumentError('Needed a number above 0 and below 1.');
  return value;
}

/** Sparsities of one run. */
const MOST_SPARSITIES = 50;

function rising(text: string): number[] {
  const parts = text.split(',', MOST_SPARSITIES + 1);
  if (parts.length > MOST_SPARSITIES) {
    throw new InvalidArgumentError(`Needed at most ${MOST_SPARSITIES} sparsities.`);
  }
  const values = parts.map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  if (!values.every((value, i) => value > (values[i - 1] ?? 0) && value < 1)) {
    throw new InvalidArgumentError('Needed rising numbers above 0 and below 1, as in 0.5,0.9.');
  }
  return values;
}
