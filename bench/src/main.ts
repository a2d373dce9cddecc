#!/usr/bin/env node
import { createCommand } from './command.js';
import { run } from './run.js';

const command = createCommand(async (options) => {
  await run(options).catch((error: unknown) => {
    // What a user can put right needs no stack trace.
    if (error instanceof Error && error.message.startsWith('--out '))
      command.error(`error: ${error.message}`);
    throw error;
  });
});
command.exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2));
await command.parseAsync();
