import { readFileSync } from 'node:fs';
import { legible } from '@synaprune/core/checks';
import { Command, CommanderError } from 'commander';
import pc from 'picocolors';
import { compareCommand } from './flags/compare.js';
import { examplesText } from './flags/examples.js';
import { finetuneCommand } from './flags/finetune.js';
import { lookCommand } from './flags/look.js';
import { packCommand } from './flags/pack.js';
import { pruneCommand } from './flags/prune.js';
import { scanCommand } from './flags/scan.js';
import { shrinkCommand } from './flags/shrink.js';
import { unpackCommand } from './flags/unpack.js';
import { UsageError } from './flags/usage-error.js';
import { inOwnWords } from './output/own-words.js';
import { printLine, terminalText } from './output/terminal.js';

/** Exit codes: of a failure, and of a command line that is wrong. Ctrl-C is 130. */
const [FAILURE, USAGE] = [1, 2];

/**
 * Runs the command line `synaprune`: prints to standard output and error, reads and writes files.
 *
 * @param argv what follows the name of the program
 * @returns the exit code: 0, 1 when something failed, 2 when the command line is wrong
 *
 * @example
 * ```ts no-run
 * import { runSynaprune } from 'synaprune';
 *
 * process.exitCode = await runSynaprune(['shrink', 'model.onnx', '--keep', '0.5', '--out', 'small.onnx']);
 * ```
 */
export async function runSynaprune(argv: readonly string[]): Promise<number> {
  try {
    requireLegible(argv);
    await createProgram().parseAsync([...argv], { from: 'user' });
    return 0;
  } catch (error) {
    if (error instanceof UsageError) printLine(`error: ${error.message}`, process.stderr);
    if (error instanceof UsageError || error instanceof CommanderError)
      return error.exitCode === 0 ? 0 : USAGE;
    return tellError(error);
  }
}

/** That no argument lost bytes that are no UTF-8: a file would be written under another name. */
function requireLegible(argv: readonly string[]): void {
  const lost = argv.find((each) => each.includes('\uFFFD'));
  if (lost === undefined) return;
  throw new UsageError(`arguments and names of files need to be UTF-8, got ${JSON.stringify(lost)}`);
}

function createProgram(): Command {
  const program = new Command('synaprune')
    .description(
      'Makes neural networks smaller and faster, and tells what that costs. ONNX, TensorFlow.js and .tflite files.',
    )
    .version(ownVersion())
    .addCommand(later(lookCommand(), async () => (await import('./commands/look.js')).runLook))
    .addCommand(later(pruneCommand(), async () => (await import('./commands/prune.js')).runPrune))
    .addCommand(later(shrinkCommand(), async () => (await import('./commands/shrink.js')).runShrink))
    .addCommand(later(scanCommand(), async () => (await import('./commands/scan.js')).runScan))
    .addCommand(later(finetuneCommand(), async () => (await import('./commands/finetune.js')).runFinetune))
    .addCommand(later(compareCommand(), async () => (await import('./commands/compare.js')).runCompare))
    .addCommand(later(packCommand(), async () => (await import('./commands/pack.js')).runPack))
    .addCommand(later(unpackCommand(), async () => (await import('./commands/unpack.js')).runUnpack));
  for (const command of program.commands) command.addHelpText('after', examplesText(command.name()));
  for (const command of [program, ...program.commands]) {
    command
      .exitOverride()
      .showHelpAfterError('(--help lists the options)')
      .showSuggestionAfterError()
      .configureOutput({ writeErr: (text) => process.stderr.write(terminalText(text)) })
      .allowExcessArguments(false);
  }
  return program;
}

function ownVersion(): string {
  return JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).version;
}

/**
 * A command and the program behind it, which is loaded when it runs: all of them are nearly a thousand files, and help and
 * what is wrong with a command line need none.
 */
function later<Given extends readonly unknown[]>(
  command: Command,
  load: () => Promise<(...given: Given) => Promise<void>>,
): Command {
  return command.action(async (...given) => (await load())(...(given as unknown as Given)));
}

/** Tells what went wrong in one line; a fault of the program keeps its trace. */
async function tellError(error: unknown): Promise<number> {
  const { PruneError } = await import('@synaprune/core');
  const code = error instanceof PruneError ? error.code : codeOf(error);
  if (code === undefined) {
    printLine(error instanceof Error ? (error.stack ?? error.message) : String(error), process.stderr);
    return FAILURE;
  }
  printLine(`${pc.red(`error ${code}`)}: ${legible(inOwnWords((error as Error).message))}`, process.stderr);
  return FAILURE;
}

/** What the language says of a program that is wrong, which is no fault of its user. */
const FAULT =
  /^Cannot (?:read|set|convert|destructure)| is not (?:a function|a constructor|iterable|defined)/;

/** Errors of calls and of the system that a user can act on: an option that no package takes, memory, a file. */
function codeOf(error: unknown): string | undefined {
  if (error instanceof TypeError || error instanceof RangeError) {
    return FAULT.test(error.message) ? undefined : error.constructor.name;
  }
  const { code, syscall } = error as NodeJS.ErrnoException;
  return typeof syscall === 'string' ? code : undefined;
}
