// @ts-check
import { closingLine } from '../check/results.mjs';

/** What a row shows at most of a failure. */
const shownLines = 40;

/**
 * What a check found: nothing wrong, or what is wrong; a `note` of what was seen; `skipped` where it could not be made.
 *
 * @typedef {{ complaints?: readonly string[], note?: string, skipped?: boolean }} Found
 */

/** Prints a row for each check as it ends. @param {(line: string) => void} print */
export function createRows(print) {
  /** @type {import('../check/results.mjs').Result[]} */
  const results = [];
  return {
    /**
     * Makes a check; one that throws has failed.
     *
     * @param {string} name
     * @param {() => Found | Promise<Found>} check
     * @returns {Promise<boolean>} whether nothing was wrong
     */
    async check(name, check) {
      const start = performance.now();
      /** @type {Found} */
      let found;
      try {
        found = await check();
      } catch (error) {
        found = { complaints: [error instanceof Error ? error.message : String(error)] };
      }
      const { complaints = [], note = '', skipped = false } = found;
      const outcome = complaints.length > 0 ? 'failed' : skipped ? 'skipped' : 'passed';
      const seconds = `${((performance.now() - start) / 1000).toFixed(0)} s`;
      results.push({ name, outcome });
      print(`${outcome.padEnd(7)} ${seconds.padStart(5)}  ${name.padEnd(42)} ${note}`.trimEnd());
      const lines = complaints.flatMap((complaint) => complaint.trimEnd().split('\n'));
      if (lines.length > shownLines) print(`${' '.repeat(15)}… ${lines.length - shownLines} lines before`);
      for (const line of lines.slice(-shownLines)) print(`${' '.repeat(15)}${line}`);
      return outcome !== 'failed';
    },
    /** `12 passed, 0 failed` */
    closing: () => closingLine(results),
    failed: () => results.some(({ outcome }) => outcome === 'failed'),
  };
}
