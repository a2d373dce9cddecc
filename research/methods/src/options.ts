import { availableParallelism } from 'node:os';
import { createCommand } from '@synaprune/examples-kit/terminal/command';
import { integer } from '@synaprune/examples-kit/terminal/option-values';
import { names } from 'synaprune-study/option-values';
import { ARMS } from './arms/arms.js';

/** What the command line asks for. */
export interface Options {
  readonly quick: boolean;
  readonly seeds: number;
  /** Names of methods. */
  readonly methods: readonly string[];
  readonly out: string;
  readonly workers: number;
  readonly quiet: boolean;
}

const ARM_NAMES = ARMS.map(({ name }) => name);
const SEEDS = 5;

interface Flags {
  readonly quick?: true;
  readonly seeds?: number;
  readonly methods: readonly string[];
  readonly out: string;
  readonly workers: number;
  readonly quiet?: true;
}

/**
 * Reads the command line. On `--help` and on a usage error it prints and ends the process (0 and 2);
 * nothing has been written or run then.
 */
export function readOptions(argv: readonly string[]): Options {
  const program = createCommand(
    'methods',
    'Trains the same networks with every method of pruning, compares them, and writes methods.html and\n' +
      'methods.json. Started again with the same --out it goes on where it was.',
  )
    .option('--quick', 'every method once, at one sparsity, in few steps: to see that it works')
    .option('--seeds <count>', `seeds of every method (default: ${SEEDS}; quick: 1)`, integer(1, 1000))
    .option('--methods <names>', 'some of them alone (default: all)', names('method', ARM_NAMES), ARM_NAMES)
    .option('--out <folder>', 'where runs and report are kept', './methods-out')
    .option('--workers <count>', 'runs at a time', integer(1, 256), availableParallelism())
    .option('--quiet', 'say nothing but errors and where the report is')
    .helpOption('-h, --help', 'show this')
    .addHelpText('after', EXAMPLES);
  program.parse([...argv], { from: 'user' });
  const { quick = false, seeds, methods, out, workers, quiet = false } = program.opts<Flags>();
  return { quick, seeds: seeds ?? (quick ? 1 : SEEDS), methods, out, workers, quiet };
}

const EXAMPLES = `
Examples:
  npm run methods -- --quick --out ./quick   under half a minute
  npm run methods                            five seeds: 360 trainings, some 19 minutes on two quiet cores
  npm run methods -- --seeds 10              adds five seeds to what is there
`;
