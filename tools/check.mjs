// @ts-check
/*
 * Builds, checks and tests everything: `npm test`. Goes on after a failure, so that one run shows all of them,
 * and ends with `N passed, N failed` (`, N skipped`), counted from what really ran.
 *
 *   npm test -- --only unit,arrows     some steps (and those that they need)
 *   npm test -- --list                 what there is
 */
import { parseArgs } from 'node:util';
import { runSteps } from './check/run-steps.mjs';
import { steps } from './check/steps.mjs';

try {
  const { values } = parseArgs({ options: { only: { type: 'string' }, list: { type: 'boolean' } } });
  if (values.list) {
    for (const { id, title } of steps) console.log(`${id.padEnd(14)}${title}`);
  } else {
    process.exitCode = await runSteps(pickSteps(values.only));
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}

/** @param {string | undefined} only */
function pickSteps(only) {
  if (only === undefined) return steps;
  const ids = only.split(',').map((id) => id.trim());
  const unknown = ids.filter((id) => !steps.some((step) => step.id === id));
  if (unknown.length > 0) {
    throw new RangeError(
      `--only needs steps among ${steps.map(({ id }) => id).join(', ')}; got ${unknown.join(', ')}`,
    );
  }
  const needed = new Set(steps.filter(({ id }) => ids.includes(id)).flatMap(({ needs = [] }) => needs));
  return steps.filter(({ id }) => ids.includes(id) || needed.has(id));
}
