// @ts-check
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { whole } from '../devices/whole.mjs';
import { run, runNpm } from './command.mjs';
import { linkPackages } from './consumer.mjs';
import { neededBy } from './pack.mjs';
import { readJson, root } from './workspace.mjs';

/** What the examples share, copied into each of them. */
export const kit = '@synaprune/examples-kit';

/**
 * Gives a copied example what its manifest names: the packages out of their tarballs, and the rest by links to what
 * `npm ci` brought; or, on the long way, all of it by npm. What is not named is not there.
 *
 * @param {string} copy the copied folder, with the kit's inside where it is used
 * @param {string} folder where it was copied from, relative to the root
 * @param {readonly import('./pack.mjs').Packed[]} packed
 */
export async function installExample(copy, folder, packed) {
  const manifest = readJson(join(root, folder, 'package.json'));
  const usesKit = manifest.dependencies?.[kit] !== undefined;
  const needed = neededBy([manifest.name], packed);
  const tarballs = needed.map(({ tarball }) => tarball);
  if (whole) return npmInstall(copy, [...(usesKit ? ['./kit'] : []), ...tarballs]);

  const homes = [folder, ...(usesKit ? ['examples/kit'] : [])].map((home) => join(root, home));
  const named = homes.flatMap((home) => {
    const { dependencies, optionalDependencies, devDependencies } = readJson(join(home, 'package.json'));
    return Object.keys({ ...dependencies, ...optionalDependencies, ...devDependencies });
  });
  // Packages of the registry, which npm would install beside those that ask for them.
  const theirs = needed.flatMap(({ workspace: { manifest } }) => [
    ...Object.keys(manifest.dependencies ?? {}),
    ...Object.keys(manifest.peerDependencies ?? {}).filter(
      (name) => manifest.peerDependenciesMeta?.[name]?.optional !== true,
    ),
  ]);
  const others = [...new Set([...named, ...theirs])].filter((name) => !name.startsWith('@synaprune/'));
  linkPackages(copy, others, [...homes, root]);
  for (const { name, tarball } of needed) {
    const place = join(copy, 'node_modules', ...name.split('/'));
    mkdirSync(place, { recursive: true });
    const result = await run('tar', ['-xzf', tarball, '-C', place, '--strip-components=1']);
    if (result.status !== 0) return result;
  }
  if (usesKit) symlinkSync(join(copy, 'kit'), join(copy, 'node_modules', ...kit.split('/')), 'junction');
  return { status: 0, output: '' };
}

/** @param {string} copy @param {readonly string[]} specs */
function npmInstall(copy, specs) {
  const flags = ['--prefer-offline', '--ignore-scripts', '--no-package-lock', '--no-audit', '--no-fund'];
  return runNpm(['install', ...flags, ...specs], { cwd: copy });
}
