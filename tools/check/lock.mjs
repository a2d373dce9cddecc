// @ts-check

/** @typedef {{ link?: boolean, integrity?: string, inBundle?: boolean, optional?: boolean, os?: string[], optionalDependencies?: Record<string, string> }} Entry */

/** Addresses that a lock file names. @param {string} lock */
export function findAddresses(lock) {
  return (lock.match(/"resolved": "(?:git\+)?(?:https?|ssh):[^"]*"/g) ?? []).slice(0, 5);
}

/**
 * Packages without a hash. Binaries for other systems may lack one: a lock file is written where they are not installed.
 *
 * @param {string} lock
 */
export function findUnhashed(lock) {
  /** @type {Record<string, Entry>} */
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
  /** @type {Record<string, Entry>} */
  const packages = JSON.parse(lock).packages;
  return Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies)
      .filter(
        (name) => !(`node_modules/${name}` in packages) && !(`${path}/node_modules/${name}` in packages),
      )
      .map((name) => `${path} names ${name}, which the lock file does not hold`),
  );
}
