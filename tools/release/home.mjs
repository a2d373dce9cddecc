// @ts-check
/*
 * Where the project lives: `homepage`, `repository` and `bugs` of the root package.json, and of every published package
 * and the links of its README from there. `npm run release:home -- https://github.com/owner/name` sets them all; without an address it writes what
 * the root says into the packages.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readArguments, refuse } from '../arguments.mjs';
import { runNode, scriptOf } from '../check/command.mjs';
import { readJson, readPublicPackages, root } from '../check/workspace.mjs';

/**
 * @typedef {object} Home
 * @property {string} homepage
 * @property {{ type: string, url: string }} repository
 * @property {{ url: string }} bugs
 */

/** @param {string} address of the repository, as a browser opens it @returns {Home} */
export function homeAt(address) {
  const at = address.replace(/\/+$/, '').replace(/\.git$/, '');
  return {
    homepage: at,
    repository: { type: 'git', url: `git+${at}.git` },
    bugs: { url: `${at}/issues` },
  };
}

/** What the root says. @returns {Home} */
export function readHome() {
  const { homepage, repository, bugs } = readJson(join(root, 'package.json'));
  return { homepage, repository, bugs };
}

/** What a package says of a home. @param {Home} home @param {string} folder `packages/core` */
export function fieldsOf({ homepage, repository, bugs }, folder) {
  return { homepage, repository: { ...repository, directory: folder }, bugs };
}

/** Names that nobody can ever own stand for an address to come. @param {Home} home */
export function isPlaceholder(home) {
  return JSON.stringify(home).includes('.invalid/');
}

/**
 * Packages that say something else than the root.
 *
 * @param {Home} home
 * @param {readonly { folder: string, manifest: Record<string, any> }[]} packages
 */
export function findStrays(home, packages) {
  return packages.flatMap(({ folder, manifest }) =>
    Object.entries(fieldsOf(home, folder))
      .filter(([field, value]) => JSON.stringify(manifest[field]) !== JSON.stringify(value))
      .map(
        ([field, value]) =>
          `${folder}/package.json needs ${field} ${JSON.stringify(value)}, got ${JSON.stringify(manifest[field])}; run: npm run release:home`,
      ),
  );
}

/** The manifest with other fields, in their place after the license. @param {Record<string, any>} manifest @param {object} fields */
function withFields(manifest, fields) {
  const { homepage: _, repository: __, bugs: ___, ...rest } = manifest;
  return Object.fromEntries(
    Object.entries(rest).flatMap(([key, value]) =>
      key === 'license' ? [[key, value], ...Object.entries(fields)] : [[key, value]],
    ),
  );
}

/** @param {Home} home */
async function write(home) {
  const places = [
    { path: join(root, 'package.json'), fields: home },
    ...readPublicPackages().map(({ path, folder }) => ({
      path: join(path, 'package.json'),
      fields: fieldsOf(home, folder),
    })),
  ];
  const before = readHome().homepage;
  for (const { path } of readPublicPackages()) {
    const readme = join(path, 'README.md');
    const text = readFileSync(readme, 'utf8');
    writeFileSync(readme, text.replaceAll(`${before}/`, `${home.homepage}/`));
  }
  for (const { path, fields } of places) {
    const manifest = JSON.parse(readFileSync(path, 'utf8'));
    writeFileSync(path, `${JSON.stringify(withFields(manifest, fields), null, 2)}\n`);
  }
  const { status, output } = await runNode(
    [scriptOf('@biomejs/biome', 'biome'), 'format', '--write', ...places.map(({ path }) => path)],
    { cwd: root },
  );
  if (status !== 0) throw new Error(output);
  console.log(`${home.homepage} in the root and ${places.length - 1} packages`);
}

const help = `Usage: npm run release:home [-- ADDRESS]

Writes the address of the repository, as in https://github.com/owner/name, into the root and every package that is
published: homepage, repository, bugs, and the links of READMEs. Without an address, the one that the root has.

  --help   prints this`;

async function main() {
  const command = 'npm run release:home';
  const { positionals } = readArguments(command, help, { takes: true });
  const [address, ...more] = positionals;
  if (more.length > 0 || (address !== undefined && !/^https:\/\/[^/]+\/[^?#]+$/.test(address))) {
    refuse(
      command,
      `needs the address of the repository, as in https://github.com/owner/name, or nothing; got ${positionals.join(' ')}`,
    );
  }
  await write(address === undefined ? readHome() : homeAt(address));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
