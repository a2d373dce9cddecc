// @ts-check
/*
 * `node together.mjs MODULE…`: runs compiled examples one after the other, and writes what each has printed when it has
 * come to its end. One that fails leaves no record.
 */
import { pathToFileURL } from 'node:url';
import { recordPrints } from './recorder.mjs';

const write = recordPrints();
for (const path of process.argv.slice(2)) {
  try {
    await import(pathToFileURL(path).href);
  } catch (error) {
    console.error(path, error);
    continue;
  }
  write(path);
}
