import { printLine } from './output/terminal.js';
import { runSynaprune } from './run-synaprune.js';

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // Who reads what is printed may stop reading, as "head" does.
  if (error.code === 'EPIPE') process.exit(0);
  printLine(`error ${error.code}: standard output cannot be written: ${error.message}`, process.stderr);
  process.exit(1);
});
process.exitCode = await runSynaprune(process.argv.slice(2));
