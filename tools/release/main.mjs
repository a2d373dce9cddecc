// @ts-check
/* `npm run release:check`: all that can be known of a release before it is one. Nothing leaves this machine. */
import { readArguments } from '../arguments.mjs';
import { root } from '../check/workspace.mjs';
import { findOpenHere } from './publishable.mjs';
import { createRows } from './rows.mjs';

const help = `Usage: npm run release:check [-- --quick]

Builds and packs the public packages and checks them as they would be published: publint, types, licences, sizes.
Then publishes them to a registry on this machine, installs them from it by name, runs them, publishes the version
after and upgrades. Never publishes anywhere else; the working tree stays as it is.

Options:
  --quick  only what needs no registry
  --help   this

Sizes are written to .results/sizes.json. Ends with N passed, N failed. Exit code: 0 where all passed and the tree could
be published as it stands, 1 where something failed, 2 for unknown options, 3 where nothing failed but something is to
be decided before publishing.`;

const { values: options } = readArguments('npm run release:check', help, {
  options: { quick: { type: 'boolean' } },
});
// What is started and written here is taken away by listeners of 'exit', which a signal alone would not call.
for (const [signal, code] of /** @type {const} */ ([
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
])) {
  process.on(signal, () => process.exit(code));
}
process.chdir(root);
// What checks takes a second to load, which a help need not wait for.
const { checkPackages } = await import('./package-checks.mjs');
const { checkPublishing } = await import('./publish-checks.mjs');
const rows = createRows((line) => console.log(line));
if ((await checkPackages(rows)) && options.quick !== true) await checkPublishing(rows);

const open = findOpenHere();
console.log(`\n${rows.closing()}`);
for (const reason of open) console.log(`not publishable yet: ${reason}`);
process.exitCode = rows.failed() ? 1 : open.length > 0 ? 3 : 0;
