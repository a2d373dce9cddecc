// @ts-check
/*
 * The licences of everything that comes with a published package: its dependencies and peers, and theirs, for every
 * system, as the lock file names them.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../check/workspace.mjs';

/** Licences that ask for no more than a notice. */
const allowed = new Set([
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC0-1.0',
  'ISC',
  'MIT',
  'Zlib',
]);

/**
 * Packages that may come all the same.
 *
 * @type {readonly { name: RegExp, licence: string, why: string }[]}
 */
const exceptions = [
  {
    name: /^@img\/sharp-/,
    licence: 'LGPL-3.0-or-later',
    why: 'libvips, a shared library beside the command line, which nothing is linked into',
  },
];

/**
 * @typedef {object} Locked
 * @property {string} [license]
 * @property {boolean} [link]
 * @property {string} [resolved]
 * @property {Record<string, string>} [dependencies]
 * @property {Record<string, string>} [optionalDependencies]
 * @property {Record<string, string>} [peerDependencies]
 */

/**
 * What comes with the packages in some folders.
 *
 * @param {Readonly<Record<string, Locked>>} locked `packages` of a lock file
 * @param {readonly string[]} folders
 * @returns {string[]} keys of `locked`
 */
export function findShipped(locked, folders) {
  const found = new Set(folders);
  // A set is walked to what is added on the way.
  for (const key of found) {
    const { dependencies, optionalDependencies, peerDependencies } = locked[key] ?? {};
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies })) {
      const at = resolve(locked, key, name);
      if (at !== undefined) found.add(at);
    }
  }
  return [...found].filter((key) => key.includes('node_modules/')).sort();
}

/** Where Node finds a package. @param {Readonly<Record<string, Locked>>} locked @param {string} from @param {string} name */
function resolve(locked, from, name) {
  for (let base = from; ; base = base.slice(0, Math.max(0, base.lastIndexOf('/')))) {
    const key = base === '' ? `node_modules/${name}` : `${base}/node_modules/${name}`;
    const entry = locked[key];
    if (entry !== undefined) return entry.link ? entry.resolved : key;
    if (base === '') return undefined;
  }
}

/**
 * Licences that are not on the list.
 *
 * @param {Readonly<Record<string, Locked>>} locked
 * @param {readonly string[]} keys
 */
export function findForeignLicences(locked, keys) {
  return keys.flatMap((key) => {
    const name = key.slice(key.lastIndexOf('node_modules/') + 'node_modules/'.length);
    const licence = locked[key]?.license;
    const excepted = exceptions.filter((exception) => exception.name.test(name)).map((one) => one.licence);
    const may = (/** @type {string} */ id) => allowed.has(id) || excepted.includes(id);
    return licence !== undefined && isMet(licence, may) ? [] : [`${name} has ${licence ?? 'no licence'}`];
  });
}

/** Alternatives of what has to hold together; `(A OR B) AND C`, which npm's packages hardly ever have, is refused. @param {string} expression @param {(id: string) => boolean} may */
function isMet(expression, may) {
  const plain = expression.replace(/^\((.*)\)$/, '$1');
  return (
    !/[()]/.test(plain) &&
    plain.split(' OR ').some((part) => part.split(' AND ').every((id) => may(id.trim())))
  );
}

/** What the lock file of this tree holds. @returns {Record<string, Locked>} */
export function readLocked() {
  return JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
}
