// @ts-check
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import getReleasePlan from '@changesets/get-release-plan';
import { run } from './command.mjs';
import { findUnlistedErrors } from './error-codes.mjs';
import { findUnlistedNotices } from './notices.mjs';
import { verdict } from './tally.mjs';
import { findTestLimits } from './test-limits.mjs';
import { readPublicPackages, readWorkspaces, root } from './workspace.mjs';

/** What must hold of the repository as a whole. */
export async function checkHygiene() {
  const files = await listFiles();
  const texts = files.flatMap((path) => {
    const bytes = readFileSync(join(root, path));
    return bytes.includes(0) ? [] : [{ path, text: bytes.toString('utf8') }];
  });
  const lock = readFileSync(join(root, 'package-lock.json'), 'utf8');
  return [
    verdict('package-lock.json names no address', findAddresses(lock)),
    verdict('package-lock.json holds a hash of every package', findUnhashed(lock)),
    verdict('package-lock.json holds the binaries of every system', findUnheld(lock)),
    verdict('no file names a folder of someone’s machine', findHomePaths(texts, root)),
    verdict('no test asserts on time or sets a limit of its own', findTestLimits(texts)),
    verdict('tools are pinned to exact versions', findLooseVersions()),
    verdict('links between documents lead somewhere', findDeadLinks(texts, files)),
    verdict('docs/notices.md lists the notices there are', findUnlistedNotices(texts)),
    verdict('docs/errors.md lists the errors there are', findUnlistedErrors(texts)),
    verdict('changesets cover every public package', await findUncovered()),
  ];
}

/** Files that are or would be committed. */
async function listFiles() {
  const { status, stdout, output } = await run(
    'git',
    ['ls-files', '-z', '--cached', '--others', '--exclude-standard'],
    { cwd: root },
  );
  if (status !== 0) throw new Error(`git ls-files ended with ${status}\n${output}`);
  return stdout
    .split('\0')
    .filter((path) => path !== '' && existsSync(join(root, path)) && statSync(join(root, path)).isFile());
}

/** @param {string} lock */
export function findAddresses(lock) {
  return (lock.match(/"resolved": "(?:git\+)?(?:https?|ssh):[^"]*"/g) ?? []).slice(0, 5);
}

/**
 * Binaries for other systems may lack one: a lock file is written where they are not installed.
 *
 * @param {string} lock
 */
export function findUnhashed(lock) {
  /** @type {Record<string, { link?: boolean, integrity?: string, inBundle?: boolean, optional?: boolean, os?: string[] }>} */
  const packages = JSON.parse(lock).packages;
  return Object.entries(packages)
    .filter(([path, entry]) => path.includes('node_modules/') && !entry.link && !entry.inBundle)
    .filter(([, { integrity, optional, os }]) => integrity === undefined && !(optional && os))
    .map(([path]) => `${path} has no integrity`);
}

/**
 * Optional packages that are named but not held: `npm ci` refuses such a lock file.
 *
 * @param {string} lock
 */
export function findUnheld(lock) {
  /** @type {Record<string, { optionalDependencies?: Record<string, string> }>} */
  const packages = JSON.parse(lock).packages;
  return Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies)
      .filter(
        (name) => !(`node_modules/${name}` in packages) && !(`${path}/node_modules/${name}` in packages),
      )
      .map((name) => `${path} names ${name}, which the lock file does not hold`),
  );
}

/**
 * Absolute paths that exist on one machine only: home folders, and this checkout's own.
 *
 * @param {readonly { path: string, text: string }[]} texts
 * @param {string} checkout
 */
export function findHomePaths(texts, checkout) {
  const home = /(?<![\w.~)\]-])\/(?:root|home\/[\w.-]+|Users\/[\w.-]+)(?:\/|$)/m;
  return texts.flatMap(({ path, text }) =>
    text
      .split('\n')
      .flatMap((line, i) =>
        home.test(line) || line.includes(checkout) ? [`${path}:${i + 1} ${line.trim().slice(0, 120)}`] : [],
      ),
  );
}

function findLooseVersions() {
  const { devDependencies = {} } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return Object.entries(devDependencies)
    .filter(([, version]) => !/^(?:npm:[\w@/.-]+@)?\d+\.\d+\.\d+(?:-[\w.]+)?$/.test(version))
    .map(
      ([name, version]) => `package.json devDependencies needs an exact version of ${name}, got ${version}`,
    );
}

/**
 * @param {readonly { path: string, text: string }[]} texts
 * @param {readonly string[]} files
 */
export function findDeadLinks(texts, files) {
  const known = new Set(files.flatMap((path) => [path, ...parentsOf(path)]));
  return texts
    .filter(({ path }) => path.endsWith('.md') && !path.startsWith('.changeset/'))
    .flatMap(({ path, text }) =>
      [...text.replace(/^(```|~~~)[\s\S]*?^\1/gm, '').matchAll(/\]\(([^)\s]+)(?:\s[^)]*)?\)/g)]
        .map(([, target = '']) => target.replace(/[#?].*$/, ''))
        .filter((target) => target !== '' && !/^[a-z]+:/i.test(target))
        .filter(
          (target) =>
            !known.has(decodeURI(new URL(target, `file:///${path}`).pathname).replace(/^\/|\/$/g, '')),
        )
        .map((target) => `${path} links to ${target}, which is not there`),
    );
}

/** @param {string} path */
function parentsOf(path) {
  const parts = path.split('/');
  return parts.slice(1).map((_, i) => parts.slice(0, i + 1).join('/'));
}

async function findUncovered() {
  // Reads the configuration and every pending changeset, and throws where one names an unknown package.
  /** @type {{ default?: typeof getReleasePlan }} */
  const module = /** @type {any} */ (getReleasePlan);
  const plan = await (module.default ?? getReleasePlan)(root);
  const { changesets } = plan;
  // A private package that only follows its dependencies has a release of type none.
  const releases = plan.releases.filter(({ type }) => type !== 'none');
  const { fixed, ignore, access, privatePackages } = JSON.parse(
    readFileSync(join(root, '.changeset', 'config.json'), 'utf8'),
  );
  const publicPackages = readPublicPackages();
  const names = publicPackages.map(({ manifest }) => manifest.name);
  const covers = (/** @type {readonly string[]} */ patterns, /** @type {string} */ name) =>
    patterns.some(
      (pattern) => pattern === name || (pattern.endsWith('/*') && name.startsWith(pattern.slice(0, -1))),
    );
  const versions = new Set(publicPackages.map(({ manifest }) => manifest.version));
  return [
    ...names.filter((name) => !covers(fixed.flat(), name)).map((name) => `fixed does not cover ${name}`),
    ...names.filter((name) => covers(ignore, name)).map((name) => `ignore covers ${name}`),
    ...(access === 'public' ? [] : [`access needs to be public, got ${access}`]),
    ...(privatePackages?.version === false && privatePackages.tag === false
      ? []
      : ['privatePackages needs version and tag to be false']),
    ...(versions.size === 1 ? [] : [`public packages need one version, got ${[...versions].join(', ')}`]),
    ...(changesets.length > 0
      ? names.filter((name) => !releases.some((release) => release.name === name))
      : []
    ).map((name) => `the pending changesets release other packages but not ${name}`),
    ...readWorkspaces()
      .filter(({ manifest }) => manifest.private && releases.some(({ name }) => name === manifest.name))
      .map(({ manifest }) => `the pending changesets release the private package ${manifest.name}`),
  ];
}
