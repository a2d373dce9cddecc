import { CommanderError } from 'commander';

/** Flags that do not go together, or one that is missing: what the parser of the command line cannot tell. */
export class UsageError extends CommanderError {
  constructor(message: string) {
    super(2, 'synaprune.usage', message);
  }
}
