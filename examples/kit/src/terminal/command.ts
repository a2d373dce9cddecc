import { Command } from 'commander';
import { terminalText } from './terminal.js';

export { type Command, InvalidArgumentError, Option } from 'commander';

/** The exit code of a command line that is wrong. */
const USAGE = 2;

/**
 * A command line that tells usage errors without what drives a terminal, and takes nothing that it does not know.
 * Its help names it as whoever started it says in `SYNAPRUNE_COMMAND`.
 */
export function createCommand(name: string, description: string): Command {
  return new Command(process.env.SYNAPRUNE_COMMAND ?? name)
    .description(description)
    .showHelpAfterError('(--help lists the options)')
    .configureOutput({ writeErr: (text) => process.stderr.write(terminalText(text)) })
    .allowExcessArguments(false)
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : USAGE));
}
