import { printLine } from './output/terminal.js';
import { runSynaprune } from './run-synaprune.js';

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // Who reads what is printed may stop reading, as "head" does.
  if (error.code === 'EPIPE') process.exit(0);
  // What is printed comes last.
  printLine(
    `error ${error.code}: standard output cannot be written: ${error.message}; files that were asked for are there`,
    process.stderr,
  );
  process.exit(1);
});
process.exitCode = await runSynaprune(process.argv.slice(2));
