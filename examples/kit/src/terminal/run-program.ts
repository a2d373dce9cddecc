import pc from 'picocolors';
import { printLine } from './terminal.js';
import { userErrorText } from './user-error.js';

/**
 * Runs a program and sets the exit code that it answers. An error that a user can act on is told in one line, with
 * exit code 1; a fault of the program keeps its stack trace.
 */
export async function runProgram(program: () => Promise<number>): Promise<void> {
  try {
    process.exitCode = await program();
  } catch (error) {
    const told = userErrorText(error);
    if (told === null) throw error;
    printLine(`${pc.red(told.code)}: ${told.message}`, process.stderr);
    process.exitCode = 1;
  }
}
