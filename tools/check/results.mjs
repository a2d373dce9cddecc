// @ts-check

/** @typedef {{ name: string, outcome: 'passed' | 'failed' | 'skipped', note?: string | undefined }} Result */

/**
 * What a run of vitest found: one result a test, and one for whatever failed outside of any test.
 *
 * @param {Pick<import('vitest/node').Vitest, 'state'>} vitest
 * @returns {Result[]}
 */
export function readResults({ state }) {
  const results = state.getTestModules().flatMap((module) => {
    const file = `${module.project.name} › ${module.relativeModuleId}`;
    const tests = [...module.children.allTests()].map((test) => resultOf(file, test));
    const blamed = tests.some(({ outcome }) => outcome === 'failed');
    // It threw while loading, or a hook did.
    return module.ok() || blamed
      ? tests
      : [...tests, { name: file, outcome: /** @type {const} */ ('failed') }];
  });
  const stray = state.getUnhandledErrors().length;
  if (stray > 0) results.push({ name: 'nothing fails outside of the tests', outcome: 'failed' });
  if (results.length === 0) results.push({ name: 'a test is run', outcome: 'failed' });
  return results;
}

/** @param {string} file @param {import('vitest/node').TestCase} test @returns {Result} */
function resultOf(file, test) {
  const { state, note } = /** @type {{ state: string, note?: string }} */ (test.result());
  const name = `${file} › ${test.fullName}`;
  if (state === 'passed' || state === 'skipped') return { name, outcome: state, note };
  // One that never ran has not passed.
  return { name, outcome: 'failed' };
}

/**
 * The closing line: `12 passed, 0 failed`, and `, 3 skipped` when any were.
 *
 * @param {readonly Result[]} results
 */
export function closingLine(results) {
  const count = (/** @type {Result['outcome']} */ outcome) =>
    results.filter((result) => result.outcome === outcome).length;
  const skipped = count('skipped');
  return `${count('passed')} passed, ${count('failed')} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

/**
 * Where a run's time went: the files that took longest, loading included, a line each.
 *
 * @param {Pick<import('vitest/node').Vitest, 'state'>} vitest
 * @param {number} count
 */
export function longestFiles({ state }, count) {
  return state
    .getTestModules()
    .map((module) => {
      const { collectDuration, duration, environmentSetupDuration, prepareDuration, setupDuration } =
        module.diagnostic();
      const spent = collectDuration + duration + environmentSetupDuration + prepareDuration + setupDuration;
      return { name: `${module.project.name} › ${module.relativeModuleId}`, seconds: spent / 1000 };
    })
    .sort((a, b) => b.seconds - a.seconds)
    .slice(0, count)
    .map(({ name, seconds }) => `${seconds.toFixed(0).padStart(5)} s  ${name}`);
}
