import type { Command } from 'commander';
import { UsageError } from './usage-error.js';

/** What every command takes. */
export interface SharedOptions {
  readonly json?: boolean;
}

/** What commands take that write a model. */
export interface WriteOptions extends SharedOptions {
  readonly out?: string;
  readonly dryRun?: boolean;
  readonly report?: string;
  readonly recipe?: string;
}

/** Adds the flags of {@link WriteOptions} to a command. */
export function withOutput(command: Command): Command {
  return withTarget(command)
    .option('--out <file>', 'where the model is written to; never over what is read')
    .option('--dry-run', 'do everything but writing the model')
    .option('--recipe <file>', 'a pruning as JSON: select, distribution, pattern, score, floor');
}

/** Refuses to run a command of `--out` and `--dry-run` that was told neither. */
export function withTarget(command: Command): Command {
  return command.hook('preAction', (_, asked) => {
    const { out, dryRun = false } = asked.opts<WriteOptions>();
    if (out === undefined && !dryRun) {
      throw new UsageError(`${asked.name()} needs --out FILE, or --dry-run to write nothing`);
    }
  });
}

/**
 * Refuses to run a command without an option. Not by `requiredOption`, which tells `--keep` missing where `--kep` was
 * given: options that nobody knows are told first, with the nearest one.
 *
 * @param key of the option's value
 * @param what it is, for the message: `--keep, …`
 */
export function withNeeded(command: Command, key: string, what: string): Command {
  return command.hook('preAction', (_, asked) => {
    if (asked.getOptionValue(key) === undefined) throw new UsageError(`${asked.name()} needs ${what}`);
  });
}

/** Adds `--report`. */
export function withReport(command: Command): Command {
  return command.option('--report <file.html>', 'a page with pictures, which loads nothing');
}

/** Adds `--json`. */
export function withJson(command: Command): Command {
  return command.option('--json', 'print JSON, and nothing else on standard output');
}

/** Files and folders beside the model that flags name, and that are read. */
export interface ReadFlags {
  readonly inputs?: string;
  readonly recipe?: string;
  readonly scan?: string;
  readonly teacher?: string;
}

/** The paths that flags say are read: nothing may be written to them. */
export function pathsRead({ inputs, recipe, scan, teacher }: ReadFlags): string[] {
  return [inputs, recipe, scan, teacher].filter((path) => path !== undefined);
}
