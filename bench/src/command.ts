import { Command, InvalidArgumentError, Option } from 'commander';
import { GROUPS } from './groups/index.js';

/** What the command line asked for. */
export interface BenchOptions {
  readonly quick: boolean;
  readonly sizes: readonly number[];
  /** Names of groups. */
  readonly only: readonly string[];
  /** Rounds for every measurement; by size unless told. */
  readonly samples?: number;
  /** Path of the JSON file. */
  readonly out: string;
  /** The Python to use; looked for unless told. */
  readonly python?: string;
}

const SIZES = [1e6, 1e7, 1e8];
const QUICK_SIZES = [1e4, 1e5];

/** The command; `action` gets the checked options. */
export function createCommand(action: (options: BenchOptions) => Promise<void>): Command {
  return new Command(process.env.SYNAPRUNE_COMMAND ?? 'bench')
    .description(
      'Measures pruning as ratios: to the memory floor and to peers, in one run. It gates nothing.',
    )
    .showHelpAfterError('(--help lists the options)')
    .addOption(new Option('--quick', 'a smoke run: 1e4 and 1e5 weights, three rounds').default(false))
    .option('--sizes <list>', `numbers of weights (default: ${list(SIZES)})`, parseSizes)
    .option('--only <groups>', `some groups: ${Object.keys(GROUPS).join(', ')}`, parseGroups)
    .option('--samples <count>', 'rounds for every measurement (default: by size)', parseCount)
    .option('--out <file>', 'where the JSON goes', './bench-results.json')
    .option('--python <path>', 'the Python to compare with (default: the best python3 on the PATH)')
    .action(({ quick, sizes, only, ...rest }: Partial<BenchOptions> & Pick<BenchOptions, 'quick' | 'out'>) =>
      action({
        quick,
        sizes: sizes ?? (quick ? QUICK_SIZES : SIZES),
        only: only ?? Object.keys(GROUPS),
        ...(quick && { samples: 3 }),
        ...rest,
      }),
    );
}

function list(sizes: readonly number[]): string {
  return sizes.map((size) => size.toExponential().replace('+', '')).join(',');
}

function parseSizes(text: string): number[] {
  const sizes = text.split(',').map(Number);
  // Fewer are not worth timing; more than these do not fit a WebAssembly memory.
  if (sizes.every((size) => Number.isInteger(size) && size >= 1e4 && size <= 9e8)) {
    return sizes.sort((a, b) => a - b);
  }
  throw new InvalidArgumentError('needs whole numbers from 1e4 to 9e8, as in 1e6,1e7');
}

function parseGroups(text: string): string[] {
  const groups = text.split(',').map((name) => name.trim());
  const unknown = groups.filter((name) => !Object.hasOwn(GROUPS, name));
  if (unknown.length === 0) return groups;
  throw new InvalidArgumentError(
    `there is no ${unknown.join(', ')}; there are ${Object.keys(GROUPS).join(', ')}`,
  );
}

function parseCount(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count > 0) return count;
  throw new InvalidArgumentError('needs a whole number above 0');
}
