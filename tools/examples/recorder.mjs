// @ts-check
import { writeFileSync } from 'node:fs';
import { format } from 'node:util';

/** Where it is kept what a compiled example printed. @param {string} path of its module */
export function recordOf(path) {
  return `${path}.prints.json`;
}

/**
 * Keeps from now on what `printsAt(line)`, which compiled examples call, prints.
 *
 * @returns {(path: string) => void} writes what one has printed, and begins anew
 */
export function recordPrints() {
  /** @type {{ line: number, text: string }[]} */
  let printed = [];
  Object.assign(globalThis, {
    printsAt:
      (/** @type {number} */ line) =>
      (/** @type {unknown[]} */ ...values) => {
        printed.push({ line, text: format(...values) });
        console.log(...values);
      },
  });
  return (path) => {
    writeFileSync(recordOf(path), JSON.stringify(printed));
    printed = [];
  };
}
