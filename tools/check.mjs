// @ts-check
/*
 * Builds, checks and tests everything: `npm test`. Brings the devices that tests run on, where it may (`--no-install`
 * leaves them), builds, and runs every test there is, tests of the repository itself among them. Goes on after a failure,
 * so that one run shows all of them, and ends with `N passed, N failed` (`, N skipped`), counted from what really ran.
 */
import { startVitest } from 'vitest/node';
import { closingLine, readResults } from './check/results.mjs';
import { root } from './check/workspace.mjs';
import { installDevices } from './devices/install.mjs';
import { build } from './turbo.mjs';

const flags = process.argv.slice(2);
const unknown = flags.filter((flag) => flag !== '--no-install');
if (unknown.length > 0) {
  console.error(
    `npm test takes --no-install and nothing else, got ${unknown.join(' ')}; for some tests: npx vitest`,
  );
  process.exit(2);
}
process.chdir(root);
await installDevices(flags);
const built = build() === 0;
const vitest = await startVitest('test', [], { run: true, watch: false });
const results = readResults(vitest);
await vitest.close();
results.push({ name: 'build', outcome: built ? 'passed' : 'failed' });

for (const outcome of /** @type {const} */ (['skipped', 'failed'])) {
  const these = results.filter((result) => result.outcome === outcome);
  if (these.length > 0) console.log(`\n${outcome}:`);
  for (const { name, note } of these) console.log(`  ${name}${note ? ` (${note})` : ''}`);
}
console.log(`\n${closingLine(results)}`);
process.exitCode = results.some(({ outcome }) => outcome === 'failed') ? 1 : 0;
