// @ts-check
/*
 * A copy of the tree in which versions are raised and packages published: `changeset` writes manifests, changelogs and
 * tags, and none of that belongs into the working tree yet.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { runNode, scriptOf } from '../check/command.mjs';
import { readPublicPackages, readWorkspaces, root } from '../check/workspace.mjs';

/** Copies what is or would be committed, and what is built of the public packages. @param {string} folder */
export function copyTree(folder) {
  const listed = git(root, ['ls-files', '-z', '--cached', '--others', '--exclude-standard']).split('\0');
  for (const path of listed) {
    if (path === '' || !existsSync(join(root, path))) continue;
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    cpSync(join(root, path), join(folder, path));
  }
  for (const { folder: workspace, path } of readPublicPackages()) {
    for (const built of ['dist', 'src/generated']) {
      if (!existsSync(join(path, built))) continue;
      cpSync(join(path, built), join(folder, workspace, built), { recursive: true });
    }
  }
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction');
  git(folder, ['init', '--quiet']);
  commit(folder, 'the tree');
}

/**
 * Raises the versions as the pending changesets say.
 *
 * @param {string} tree a copy
 * @returns {Promise<string>} the version that all public packages have then
 */
export async function raiseVersions(tree) {
  const { status, output } = await changeset(tree, ['version']);
  if (status !== 0) throw new Error(output);
  const packages = publicPackagesOf(tree);
  const versions = [...new Set(packages.map(({ manifest }) => manifest.version))];
  if (versions.length !== 1) throw new Error(`public packages need one version, got ${versions.join(', ')}`);
  commit(tree, 'versions');
  return /** @type {string} */ (versions[0]);
}

/** Something to release, after the version before. @param {string} tree a copy */
export function addChangeset(tree) {
  const text = "---\n'@synaprune/core': minor\n---\n\nA release after it.\n";
  writeFileSync(join(tree, '.changeset', 'release-after.md'), text);
}

/** Publishes what the registry does not hold. @param {string} tree a copy @param {import('./registry.mjs').Registry} registry */
export function publish(tree, registry) {
  return changeset(tree, ['publish'], registry.env);
}

/** @param {string} tree */
export function publicPackagesOf(tree) {
  return readWorkspaces(tree).filter(({ manifest }) => manifest.private !== true);
}

/** @param {string} tree @param {readonly string[]} args @param {Record<string, string | undefined>} [env] */
function changeset(tree, args, env = {}) {
  return runNode([scriptOf('@changesets/cli', 'changeset'), ...args], { cwd: tree, env, endsWithUs: true });
}

/** @param {string} folder @param {string} message */
function commit(folder, message) {
  const author = ['-c', 'user.name=release', '-c', 'user.email=release@example.invalid'];
  git(folder, ['add', '--all']);
  git(folder, [
    ...author,
    '-c',
    'commit.gpgsign=false',
    'commit',
    '--quiet',
    '--no-verify',
    '--message',
    message,
  ]);
}

/** @param {string} cwd @param {readonly string[]} args */
function git(cwd, args) {
  return execFileSync('git', args, { cwd, encoding: 'utf8', maxBuffer: 2 ** 28 });
}
