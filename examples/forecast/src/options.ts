import { availableParallelism } from 'node:os';
import { type Recipe, readRecipe } from '@synaprune/core';
import { BUILT_IN_NAMES } from '@synaprune/examples-kit/built-in/built-in';
import { type Command, createCommand, Option } from '@synaprune/examples-kit/terminal/command';
import { fraction, integer, list } from '@synaprune/examples-kit/terminal/option-values';
import type { DataRequest } from './data/load.js';
import { aimOf } from './pruning-aim.js';
import { recipeFor } from './recipe.js';
import { RUNTIMES, type RuntimeName } from './runtime/open.js';
import type { Settings } from './settings.js';

/** Everything the command line decides. */
export interface Options {
  readonly quick: boolean;
  readonly data: DataRequest;
  readonly seeds: readonly number[];
  readonly settings: Settings;
  readonly runtime: RuntimeName;
  /** `null`: the first of the runtime's that loads here. */
  readonly backend: string | null;
  /** Sparsities of the curve, beside the recipe's own; ascending. */
  readonly curve: readonly number[];
  readonly workers: number;
  readonly out: string;
}

const FULL = { epochs: 80, hidden: 32, seeds: 3, curve: [0.5, 0.8, 0.9, 0.95] } as const;
const QUICK = { epochs: 6, hidden: 16, seeds: 1, curve: [0.5, 0.9] } as const;
/** The ramp's last epoch, where a run is long enough. */
const RAMP_END = 12;

/**
 * Reads the command line. On `--help` and on a usage error it prints and ends the process (0 and 2);
 * nothing has been written then.
 *
 * @throws PruneError `bad-data` or `unmatched-selector` when `--recipe` cannot be used
 */
export function readOptions(argv: readonly string[]): Options {
  const program = command();
  program.parse([...argv], { from: 'user' });
  const given = program.opts<Flags>();
  const size = given.quick ? QUICK : FULL;
  const epochs = given.epochs ?? size.epochs;
  const fail = (message: string) => program.error(`error: ${message}`);
  const recipe =
    given.recipe === undefined ? rampRecipe(given, epochs, fail) : recipeFor(given.recipe, epochs);
  const backends: readonly string[] = RUNTIMES[given.runtime];
  if (given.backend !== undefined && !backends.includes(given.backend)) {
    fail(`--runtime ${given.runtime} has the backends ${backends.join(', ')}; got ${given.backend}`);
  }
  return {
    quick: given.quick === true,
    data: {
      data: given.data,
      target: given.target,
      columns: given.columns,
      missing: { codes: given.missing ?? [], rows: given.missingRows },
      inputs: given.inputs,
    },
    seeds: Array.from({ length: given.seeds ?? size.seeds }, (_, i) => given.seed + i),
    settings: {
      hidden: given.hidden ?? size.hidden,
      length: given.length,
      epochs,
      patience: given.patience,
      batchSize: given.batch,
      learningRate: given.learningRate,
      dropout: given.dropout,
      passes: given.passes,
      recipe,
    },
    runtime: given.runtime,
    backend: given.backend ?? null,
    curve: curveOf(given.curve ?? size.curve, aimOf(recipe).to),
    workers: given.workers,
    out: given.out,
  };
}

/** Sparsities to prune to beside the recipe's own, each once. */
function curveOf(asked: readonly number[], own: number): number[] {
  return [...new Set(asked)].filter((sparsity) => sparsity !== own && sparsity > 0).sort((a, b) => a - b);
}

/** The recipe that the flags of the ramp ask for. */
function rampRecipe(
  { from, to, start, end }: Flags,
  epochs: number,
  fail: (message: string) => never,
): Recipe {
  const last = end ?? Math.min(RAMP_END, Math.max(1, Math.ceil(epochs * 0.6)));
  const recipe: Recipe = {
    schedule: {
      kind: 'synapticRamp',
      from,
      to,
      start: start ?? Math.min(2, Math.max(0, epochs - 2)),
      end: last,
    },
    every: 'epoch',
  };
  try {
    readRecipe(recipe);
  } catch (error) {
    fail((error as Error).message);
  }
  if (last >= epochs) {
    fail(
      `the ramp must end before the last of ${epochs} epochs (${epochs - 1}, counted from 0), ` +
        `so that a fully pruned epoch exists; got --end ${last}`,
    );
  }
  return recipe;
}

/** What commander hands over. */
interface Flags {
  readonly quick?: true;
  readonly data: string;
  readonly target?: string;
  readonly columns?: readonly string[];
  readonly missing?: readonly string[];
  readonly missingRows: 'reject' | 'skip';
  readonly inputs?: 'levels' | 'changes';
  readonly seed: number;
  readonly seeds?: number;
  readonly epochs?: number;
  readonly patience: number;
  readonly learningRate: number;
  readonly hidden?: number;
  readonly length: number;
  readonly batch: number;
  readonly dropout: number;
  readonly passes: number;
  readonly from: number;
  readonly to: number;
  readonly start?: number;
  readonly end?: number;
  readonly recipe?: string;
  readonly curve?: readonly number[];
  readonly runtime: RuntimeName;
  readonly backend?: string;
  readonly workers: number;
  readonly out: string;
}

function command(): Command {
  return createCommand(
    'forecast',
    'Trains an LSTM to forecast the next day of a real series while synaptic pruning thins it out, and beside it ' +
      'without regularisation, with dropout, with Monte-Carlo dropout, and narrow. Compares them with a linear ' +
      'model and with repeating a value already seen, and writes report.html and results.json.',
  )
    .optionsGroup('Data:')
    .option('--data <name-or-path>', `${BUILT_IN_NAMES.join(', ')}, or the path of a CSV file`, 'births')
    .option('--target <column>', 'column to forecast; needed with a CSV file')
    .option('--columns <a,b,c>', 'other columns to look at (default: every numeric column)', list)
    .option('--missing <codes>', 'values that stand for "missing", e.g. --missing=-200', list)
    .addOption(
      new Option(
        '--missing-rows <what>',
        'on missing values: reject the file, or skip the windows they touch',
      )
        .choices(['reject', 'skip'])
        .default('reject'),
    )
    .addOption(
      new Option(
        '--inputs <what>',
        'levels or changes from row to row (default: changes, but levels for CSV files)',
      ).choices(['levels', 'changes']),
    )
    .optionsGroup('Training:')
    .option('--quick', 'smoke run: 6 epochs, 16 hidden units, 1 seed, 2 points of the curve')
    .option('--seed <number>', 'first seed; the same seed repeats a run exactly', integer(0), 42)
    .option('--seeds <count>', 'how many seeds (default: 3)', integer(1, 100))
    .option('--epochs <count>', 'most epochs of a run (default: 80)', integer(2, 10_000))
    .option('--patience <count>', 'epochs without a gain, after the ramp, that end a run', integer(1), 12)
    .option(
      '--learning-rate <step>',
      'first step size of Adam, halved where a run stands still',
      fraction,
      4e-3,
    )
    .option('--hidden <units>', 'hidden units of the LSTM (default: 32)', integer(1, 1024))
    .option('--length <rows>', 'rows in an input window', integer(1, 1000), 14)
    .option('--batch <windows>', 'windows in a training step', integer(1, 100_000), 64)
    .option('--dropout <rate>', 'dropout rate of the dropout arms', fraction, 0.3)
    .option('--passes <count>', 'passes that Monte-Carlo dropout averages', integer(20, 1000), 20)
    .optionsGroup('Pruning, epochs counted from 0:')
    .option('--from <sparsity>', 'sparsity at the start of the ramp', fraction, 0.3)
    .option('--to <sparsity>', 'sparsity at its end', fraction, 0.7)
    .option('--start <epoch>', 'epoch of the first pruning (default: 2)', integer(0))
    .option('--end <epoch>', 'epoch that reaches --to (default: 12, or 60 % of the epochs)', integer(1))
    .addOption(
      new Option('--recipe <file>', 'what is pruned and when, as JSON, in place of the ramp').conflicts([
        'from',
        'to',
        'start',
        'end',
      ]),
    )
    .option(
      '--curve <a,b,c|none>',
      'sparsities that the first seed is pruned to, too (default: 0.5,0.8,0.9,0.95)',
      (text) => (text === 'none' ? [] : list(text).map(fraction)),
    )
    .optionsGroup('Machine:')
    .addOption(
      new Option('--runtime <name>', 'what trains; tfjs is several times slower')
        .choices(Object.keys(RUNTIMES))
        .default('onnxruntime'),
    )
    .option(
      '--backend <name>',
      'backend of the runtime: node (native code) or wasm of onnxruntime, wasm or cpu (slow) of tfjs\n' +
        '(default: the first that loads here)',
    )
    .option('--workers <count>', 'trainings at a time', integer(1, 256), availableParallelism())
    .option('--out <folder>', 'where report.html, results.json and models/ go', './forecast-report')
    .optionsGroup('Help:')
    .helpOption('-h, --help', 'show this');
}
