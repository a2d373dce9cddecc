import { availableParallelism } from 'node:os';
import { type Command, createCommand, Option } from '@synaprune/examples-kit/terminal/command';
import { integer } from '@synaprune/examples-kit/terminal/option-values';
import { ARMS, defaultArms } from './arms/arms.js';
import type { SeriesRequest } from './data-list.js';
import { EXAMPLES, REPORT_EXAMPLES, WORKER_EXAMPLES } from './option-examples.js';
import { countUp, dataLists, folderPath, lengths, names, redisUrl, studyJsonPath } from './option-values.js';
import { MODELS, type ModelName } from './run.js';
import type { Protocol } from './task.js';
import type { RuntimeName } from './training/open-runtime.js';

/** What the command line asks for. */
export type Options = StudyOptions | ReportOptions | WorkerOptions;

/** Carry a study out. */
export interface StudyOptions {
  readonly command: 'study';
  readonly protocol: Protocol;
  readonly models: readonly ModelName[];
  readonly data: readonly SeriesRequest[];
  readonly lengths: readonly number[];
  readonly seeds: readonly number[];
  readonly tuningSeeds: readonly number[];
  /** Names. */
  readonly arms: readonly string[];
  readonly out: string;
  readonly queue: string | undefined;
  readonly workers: number;
  /** The fastest that loads when undefined. */
  readonly runtime: RuntimeName | undefined;
  readonly quiet: boolean;
  /** Path of the study.json of another study. */
  readonly compareWith: string | undefined;
}

/** Make the report of a folder anew. */
export interface ReportOptions {
  readonly command: 'report';
  readonly dir: string;
  readonly compareWith: string | undefined;
}

/** Carry out runs that a study puts into a queue. */
export interface WorkerOptions {
  readonly command: 'worker';
  readonly queue: string;
  readonly workers: number;
  readonly runtime: RuntimeName | undefined;
  /** Where CSV files of studies lie; `null` for built-in series alone. */
  readonly dataFolder: string | null;
}

const RUNTIMES: readonly RuntimeName[] = ['onnxruntime-node', 'onnxruntime-web'];
const ARM_NAMES = ARMS.map(({ name }) => name);

const FIRST_SEED = 42;
/** Not among the scored ones: these count up from 42, and there are at most 30 of the others. */
const FIRST_TUNING_SEED = 7;

interface Flags {
  readonly protocol: Protocol;
  readonly models: readonly ModelName[];
  readonly data?: readonly SeriesRequest[];
  readonly lengths?: readonly number[];
  readonly seeds: number;
  readonly tuningSeeds: number;
  readonly arms?: readonly string[];
  readonly out: string;
  readonly queue?: string;
  readonly workers: number;
  readonly runtime?: RuntimeName;
  readonly quiet?: true;
  readonly compare?: string;
}

/** What the worker is told. */
type WorkerFlags = Pick<WorkerOptions, 'queue' | 'workers'> & {
  readonly runtime?: RuntimeName;
  readonly dataFolder?: string;
};

/**
 * Reads the command line. On `--help` and on a usage error it prints and ends the process (0 and 2);
 * nothing has been written or run then.
 */
export function readOptions(argv: readonly string[]): Options {
  let options: Options | undefined;
  const program = studyCommand().action((given: Flags) => {
    const arms = given.arms ?? defaultArms(given.protocol);
    options = {
      command: 'study',
      protocol: given.protocol,
      models: given.models,
      data: given.data ?? [{ source: 'weather' }, { source: 'sp500' }],
      lengths: given.lengths ?? (given.protocol === 'published' ? [1, 3, 7, 14, 30, 60] : [7]),
      seeds: countUp(FIRST_SEED, given.seeds),
      tuningSeeds: countUp(FIRST_TUNING_SEED, given.tuningSeeds),
      arms,
      out: given.out,
      queue: given.queue,
      workers: given.workers,
      runtime: given.runtime,
      quiet: given.quiet === true,
      compareWith: given.compare,
    };
  });
  program
    .command('report')
    .description('Writes study.html and study.json of a folder anew, from the runs that it holds.')
    .argument('<folder>', 'what --out was')
    .addOption(compareOption())
    .helpOption('-h, --help', 'show this')
    .addHelpText('after', REPORT_EXAMPLES)
    .action((dir: string, given: Pick<Flags, 'compare'>) => {
      options = { command: 'report', dir, compareWith: given.compare };
    });
  program
    .command('worker')
    .description('Carries out runs that a study with the same --queue hands out, until Ctrl-C.')
    .requiredOption('--queue <redis-url>', 'where the runs are', redisUrl)
    .option(
      '--data-folder <folder>',
      'where the CSV files of studies are (default: none, built-in series only)',
      folderPath,
    )
    .option('--workers <count>', 'runs at a time', integer(1, 256), availableParallelism())
    .addOption(runtimeOption())
    .helpOption('-h, --help', 'show this')
    .addHelpText('after', WORKER_EXAMPLES)
    .action((given: WorkerFlags) => {
      options = {
        command: 'worker',
        queue: given.queue,
        workers: given.workers,
        runtime: given.runtime,
        dataFolder: given.dataFolder ?? null,
      };
    });
  program.parse([...argv], { from: 'user' });
  return options!;
}

function studyCommand(): Command {
  return createCommand(
    'study',
    'Trains forecasters with and without pruning, dropout and other regularisation on real series, compares\n' +
      'them, and writes study.html and study.json. Started again with the same --out it goes on where it was.',
  )
    .enablePositionalOptions()
    .optionsGroup('Study:')
    .addOption(
      new Option('--protocol <name>', 'as a careful reviewer asks, or as the published program does')
        .choices(['honest', 'published'])
        .default('honest'),
    )
    .option('--models <names>', MODELS.join(', '), names('model', MODELS), ['lstm', 'patch'])
    .option(
      '--data <series>',
      'built-in names or paths of CSV files, each with :COLUMN to forecast (default: weather,sp500)',
      dataLists,
    )
    .option('--lengths <rows>', 'rows in an input window (default: 7; published: 1,3,7,14,30,60)', lengths)
    .option('--seeds <count>', `seeds of every comparison, from ${FIRST_SEED} up`, integer(1, 1000), 3)
    .option('--tuning-seeds <count>', 'seeds that settings are chosen with, other ones', integer(1, 30), 1)
    .option(
      '--arms <names>',
      `${ARM_NAMES.join(', ')}\n(default: ${defaultArms('honest').length} of them; published: ${defaultArms('published').join(', ')})`,
      names('arm', ARM_NAMES),
    )
    .option('--out <folder>', 'where runs and report are kept', './study-out')
    .addOption(compareOption())
    .optionsGroup('Machine:')
    .option('--workers <count>', 'runs at a time', integer(1, 256), availableParallelism())
    .option('--queue <redis-url>', 'hand the runs to workers on any machine, by Redis', redisUrl)
    .addOption(runtimeOption())
    .option('--quiet', 'say nothing but errors and where the report is')
    .optionsGroup('Help:')
    .helpOption('-h, --help', 'show this')
    .addHelpText('after', EXAMPLES);
}

function compareOption(): Option {
  return new Option(
    '--compare <folder>',
    'beside another study, such as one under the other protocol: its --out, or its study.json',
  ).argParser(studyJsonPath);
}

function runtimeOption(): Option {
  return new Option('--runtime <name>', 'what trains (default: the fastest that loads)').choices(RUNTIMES);
}
