// @ts-check
/* `node alone.mjs MODULE`: runs a compiled example, and writes what it has printed when the process ends. */
import { pathToFileURL } from 'node:url';
import { recordPrints } from './recorder.mjs';

const [path = ''] = process.argv.slice(2);
const write = recordPrints();
process.on('exit', () => write(path));
await import(pathToFileURL(path).href);
