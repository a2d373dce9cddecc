// @ts-check
/*
 * Loaded before an example runs: keeps what `printsAt(line)` printed, and writes it to the file named by
 * SYNAPRUNE_PRINTS when the process ends.
 */
import { writeFileSync } from 'node:fs';
import { format } from 'node:util';

/** @type {{ line: number, text: string }[]} */
const printed = [];

Object.assign(globalThis, {
  printsAt:
    (/** @type {number} */ line) =>
    (/** @type {unknown[]} */ ...values) => {
      printed.push({ line, text: format(...values) });
      console.log(...values);
    },
});

process.on('exit', () => writeFileSync(process.env.SYNAPRUNE_PRINTS ?? '', JSON.stringify(printed)));
