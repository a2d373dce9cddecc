// @ts-check
/*
 * Builds, checks and tests everything: `npm test`. Brings the devices that tests run on, where it may (`--no-install`
 * leaves them), builds, and runs every test there is, tests of the repository itself among them. Goes on after a failure,
 * so that one run shows all of them, and ends with `N passed, N failed` (`, N skipped`), counted from what really ran.
 * What repeats runs in part: the conformance kit on kernels that another test holds to all of it, seeds and sizes of the
 * same property, copies of examples; with `--whole`, all of it (docs/decisions/2026-11-29-checks.md).
 * Where nothing has changed since a run that passed, it says so and counts that one, unless `--fresh` or CI asks anew.
 */
import { startVitest } from 'vitest/node';
import { readArguments } from './arguments.mjs';
import { closingLine, longestFiles, readResults } from './check/results.mjs';
import { keep, keyOf, recall } from './check/unchanged.mjs';
import { root } from './check/workspace.mjs';
import { installDevices } from './devices/install.mjs';
import { build } from './turbo.mjs';

const flags = process.argv.slice(2);
readArguments(
  'npm test',
  `Usage: npm test [-- OPTIONS]

Builds, checks and tests everything; for some tests: npx vitest run packages/core

  --no-install   installs no devices; tests that need them are skipped, with the reason
  --fresh        runs all of it, also where nothing has changed since a run that passed
  --whole        the long way: all seeds, sizes and copies
  --help         prints this

Ends with N passed, N failed; with 0 where none failed, 1 where some did, 2 when it was called wrongly.`,
  {
    options: {
      'no-install': { type: 'boolean' },
      fresh: { type: 'boolean' },
      whole: { type: 'boolean' },
    },
  },
);
process.chdir(root);
// Before it is read, here and in every process of the tests.
if (flags.includes('--whole')) process.env.SYNAPRUNE_WHOLE = '1';
const { whole } = await import('./devices/whole.mjs');
const devices = await installDevices(flags.filter((flag) => flag === '--no-install'));
const built = build() === 0;
const found = devices.map(({ name, missing }) => `${name}: ${missing ?? 'here'}`);
const key = built ? await keyOf(root, [...found, `whole: ${whole}`]) : undefined;
const kept =
  key === undefined || flags.includes('--fresh') || process.env.CI !== undefined
    ? undefined
    : recall(root, key);
const results = kept?.results ?? (await runTests());

for (const outcome of /** @type {const} */ (['skipped', 'failed'])) {
  const these = results.filter((result) => result.outcome === outcome);
  if (these.length > 0) console.log(`\n${outcome}:`);
  for (const { name, note } of these) console.log(`  ${name}${note ? ` (${note})` : ''}`);
}
if (kept !== undefined) {
  const when = new Date(kept.ended).toLocaleString();
  console.log(
    `\nNothing has changed since all of this was run on ${when}; npm test -- --fresh runs it again.`,
  );
}
console.log(`\n${closingLine(results)}`);
process.exitCode = results.some(({ outcome }) => outcome === 'failed') ? 1 : 0;

/** @returns {Promise<readonly import('./check/results.mjs').Result[]>} */
async function runTests() {
  const vitest = await startVitest('test', [], { run: true, watch: false });
  const results = readResults(vitest);
  console.log(`\nThe files that took longest:\n${longestFiles(vitest, 25).join('\n')}`);
  await vitest.close();
  results.push({ name: 'build', outcome: built ? 'passed' : 'failed' });
  if (key !== undefined) keep(root, key, results, new Date());
  return results;
}
