// @ts-check

/**
 * One thing that was checked.
 *
 * @typedef {object} Finding
 * @property {string} name
 * @property {'passed' | 'failed' | 'skipped'} outcome
 * @property {string} [detail] why it failed or was skipped
 */

/**
 * @param {string} name
 * @returns {Finding}
 */
export function passed(name) {
  return { name, outcome: 'passed' };
}

/**
 * @param {string} name
 * @param {string} detail
 * @returns {Finding}
 */
export function failed(name, detail) {
  return { name, outcome: 'failed', detail };
}

/**
 * Passed when there is nothing to complain about.
 *
 * @param {string} name
 * @param {string | readonly string[]} complaints
 * @returns {Finding}
 */
export function verdict(name, complaints) {
  const text = typeof complaints === 'string' ? complaints : complaints.join('\n');
  return complaints.length === 0 ? passed(name) : failed(name, text);
}

/**
 * The closing line: `12 passed, 0 failed`, and `, 3 skipped` when any were.
 *
 * @param {readonly Finding[]} findings
 */
export function closingLine(findings) {
  const count = (/** @type {Finding['outcome']} */ outcome) =>
    findings.filter((finding) => finding.outcome === outcome).length;
  const skipped = count('skipped');
  return `${count('passed')} passed, ${count('failed')} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}
