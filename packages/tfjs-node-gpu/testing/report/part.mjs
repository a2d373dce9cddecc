// @ts-check

/**
 * A chapter of the report.
 *
 * @typedef {object} Part
 * @property {string} title
 * @property {readonly string[]} lines Markdown
 * @property {number} passed
 * @property {number} failed
 * @property {number} skipped
 */

/** @param {readonly Part[]} parts */
export function tally(parts) {
  const sum = (/** @type {'passed' | 'failed' | 'skipped'} */ key) =>
    parts.reduce((total, part) => total + part[key], 0);
  return { passed: sum('passed'), failed: sum('failed'), skipped: sum('skipped') };
}

/**
 * Runs a chapter; where it throws, that is its failure and the report goes on.
 *
 * @param {string} title
 * @param {() => Promise<Part>} run
 * @returns {Promise<Part>}
 */
export async function attempt(title, run) {
  try {
    return await run();
  } catch (error) {
    return { title, lines: [`Failed: ${oneLine(error)}`], passed: 0, failed: 1, skipped: 0 };
  }
}

/**
 * A chapter of claims that hold or do not.
 *
 * @param {string} title
 * @param {readonly { readonly claim: string, readonly holds: boolean, readonly found: string }[]} claims
 * @returns {Part}
 */
export function claimsPart(title, claims) {
  const failed = claims.filter(({ holds }) => !holds).length;
  return {
    title,
    lines: table(
      ['', 'claim', 'found'],
      claims.map(({ claim, holds, found }) => [holds ? 'passed' : '**failed**', claim, found]),
    ),
    passed: claims.length - failed,
    failed,
    skipped: 0,
  };
}

/** @param {readonly string[]} head @param {readonly (readonly string[])[]} rows */
export function table(head, rows) {
  const line = (/** @type {readonly string[]} */ cells) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)];
}

/** @param {unknown} error */
export function oneLine(error) {
  return String(error instanceof Error ? error.message : error)
    .replaceAll(/\s+/g, ' ')
    .trim();
}
