import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Command, InvalidArgumentError, Option } from 'commander';
import { RUNTIMES } from './runtime.js';
import type { Settings } from './settings.js';

/** Everything the command line decides. */
export interface Options {
  readonly settings: Settings;
  readonly runtime: (typeof RUNTIMES)[number];
  readonly threads: number;
  readonly out: string;
}

const FULL = { sparsities: [0.5, 0.7, 0.8, 0.9], steps: 60, lines: 320, testLines: 128 } as const;
const QUICK = { sparsities: [0.5], steps: 30, lines: 64, testLines: 48 } as const;

interface Flags {
  readonly quick?: true;
  readonly sparsities?: readonly number[];
  readonly steps?: number;
  readonly lines?: number;
  readonly testLines?: number;
  readonly batch: number;
  readonly width: number;
  readonly learningRate: number;
  readonly scope: Settings['scope'];
  readonly seed: number;
  readonly runtime: Options['runtime'];
  readonly threads: number;
  readonly out?: string;
}

/**
 * Reads the command line. On `--help` and on a usage error it prints and ends the process (0 and 1), as
 * commander does; nothing has been written then.
 */
export function readOptions(argv: readonly string[]): Options {
  const program = command();
  program.parse([...argv], { from: 'user' });
  const given = program.opts<Flags>();
  const size = given.quick ? QUICK : FULL;
  if (given.width % 8 !== 0) program.error(`error: --width needs a multiple of 8, got ${given.width}`);
  const { batch, width, scope, seed, runtime, threads } = given;
  return {
    settings: {
      plan: {
        sparsities: given.sparsities ?? size.sparsities,
        steps: given.steps ?? size.steps,
        rising: 0.4,
        learningRate: given.learningRate,
      },
      lines: { training: given.lines ?? size.lines, heldOut: given.testLines ?? size.testLines },
      width,
      batch,
      scope,
      seed,
    },
    runtime,
    threads,
    out: given.out ?? fileURLToPath(new URL('../out', import.meta.url)),
  };
}

function command(): Command {
  return new Command('onnx-finetune')
    .description(
      'Prunes a reader of text lines (PP-OCRv4, an .onnx from npm) in one shot and with training, and compares what\n' +
        'they still read. Writes the pruned models, report.html and results.json.',
    )
    .option('--quick', 'smoke run: 50 % only, 30 steps')
    .option('--sparsities <list>', 'rising, above 0 and below 1 (default: 0.5,0.7,0.8,0.9)', rising)
    .option('--steps <count>', 'training steps for each sparsity (default: 60)', integer(2, 100_000))
    .option('--lines <count>', 'lines to learn from (default: 320)', integer(1, 100_000))
    .option('--test-lines <count>', 'lines to measure on (default: 128)', integer(1, 100_000))
    .option('--batch <lines>', 'lines in a training step', integer(1, 256), 8)
    .option('--width <pixels>', 'width of a line, a multiple of 8', integer(48, 960), 160)
    .option('--learning-rate <rate>', 'highest learning rate of a stage', positive, 1.5e-3)
    .addOption(
      new Option('--scope <what>', 'rank all weights together, or each on its own')
        .choices(['global', 'per-weight'])
        .default('global'),
    )
    .option('--seed <number>', 'decides lines and their order', integer(0), 1)
    .addOption(
      new Option('--runtime <name>', 'onnxruntime-node or -web (wasm)').choices(RUNTIMES).default('node'),
    )
    .option('--threads <count>', 'threads of the runtime', integer(1, 256), availableParallelism())
    .option('--out <folder>', "where models, report.html and results.json go (default: the example's out/)")
    .helpOption('-h, --help', 'show this')
    .showHelpAfterError('(--help lists the options)')
    .allowExcessArguments(false);
}

function integer(least: number, most = 2 ** 31 - 1): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < least || value > most) {
      throw new InvalidArgumentError(`Needed an integer from ${least} to ${most}.`);
    }
    return value;
  };
}

function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value < 1)) throw new InvalidArgumentError('Needed a number above 0 and below 1.');
  return value;
}

function rising(text: string): number[] {
  const values = text.split(',').map(Number);
  if (!values.every((value, i) => value > (values[i - 1] ?? 0) && value < 1)) {
    throw new InvalidArgumentError('Needed rising numbers above 0 and below 1, as in 0.5,0.9.');
  }
  return values;
}
