// @ts-check

/**
 * What became of a cell.
 *
 * @typedef {object} CellResult
 * @property {string} environment
 * @property {string} program
 * @property {'passed' | 'failed' | 'skipped'} outcome
 * @property {string} note
 * @property {number} seconds
 */

/**
 * A row for each environment: how many of its programs passed, and which did not.
 *
 * @param {readonly CellResult[]} results
 * @returns {string[]} lines
 */
export function tableOf(results) {
  const environments = [...new Set(results.map(({ environment }) => environment))];
  const rows = environments.map((environment) => {
    const cells = results.filter((cell) => cell.environment === environment);
    const passed = cells.filter(({ outcome }) => outcome === 'passed').length;
    const failed = cells.filter(({ outcome }) => outcome === 'failed').map(({ program }) => program);
    const skipped = cells.filter(({ outcome }) => outcome === 'skipped');
    const remarks = [
      ...(failed.length > 0 ? [`failed: ${failed.join(', ')}`] : []),
      ...(skipped.length > 0 ? [`skipped: ${skipped[0]?.note}`] : []),
    ];
    const mark = failed.length > 0 ? '✗' : passed > 0 ? '✓' : '–';
    return [mark, environment, `${passed} of ${cells.length}`, remarks.join('; ')];
  });
  const head = ['', 'environment', 'passed', ''];
  const widths = head.map((_, column) =>
    Math.max(...[head, ...rows].map((row) => [...(row[column] ?? '')].length)),
  );
  const line = (/** @type {readonly string[]} */ row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  return [line(head), ...rows.map(line)];
}
