import { runSynaprune } from './run-synaprune.js';

process.exitCode = await runSynaprune(process.argv.slice(2));
