import { Command } from 'commander';
import { terminalText } from './terminal.js';

export { type Command, InvalidArgumentError, Option } from 'commander';

/** A command line that tells usage errors without what drives a terminal, and takes nothing that it does not know. */
export function createCommand(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .showHelpAfterError('(--help lists the options)')
    .configureOutput({ writeErr: (text) => process.stderr.write(terminalText(text)) })
    .allowExcessArguments(false);
}
