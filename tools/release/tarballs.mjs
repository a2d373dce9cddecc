// @ts-check
/* The packages as files that npm installs, for a project of one's own before they are on a registry: `npm run tarballs`. */
import { copyFileSync, mkdirSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { readArguments } from '../arguments.mjs';
import { neededBy, packAll } from '../check/pack.mjs';
import { readPublicPackages } from '../check/workspace.mjs';
import { build } from '../turbo.mjs';

const help = `Usage: npm run tarballs -- FOLDER [PACKAGE…]

Builds packages, writes each into the folder as the file that npm would publish, with those that it needs, and prints the
command that installs them in your project. All of them, unless some are named.

  --help   prints this

Ends with 0, or with 1 where a package cannot be built, or with 2 when it was called wrongly.`;

/** @returns {Promise<number>} the exit code */
async function main() {
  const { positionals } = readArguments('npm run tarballs', help, { takes: true });
  const [given, ...asked] = positionals;
  if (given === undefined) throw new Error('needs a folder, as in: npm run tarballs -- ../tarballs');
  const all = readPublicPackages().map(({ manifest }) => manifest.name);
  const unknown = asked.filter((name) => !all.includes(name));
  if (unknown.length > 0)
    throw new Error(`no package is named ${unknown.join(', ')}; there are ${all.join(', ')}`);
  const names = asked.length === 0 ? all : asked;
  if (build(...names) !== 0) return 1;
  const folder = resolve(given);
  mkdirSync(folder, { recursive: true });
  const paths = neededBy(names, await packAll()).map(({ tarball }) => {
    const path = join(folder, basename(tarball));
    copyFileSync(tarball, path);
    return path;
  });
  console.log(`In your project, and the runtime that you use with them:\n\n  npm install ${paths.join(' ')}`);
  return 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(`error: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 2;
}
