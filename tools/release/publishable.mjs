// @ts-check
/* What must be decided by a person before anything is published: `npm run release` begins with it. */
import { fileURLToPath } from 'node:url';
import { readPublicPackages } from '../check/workspace.mjs';
import { isPlaceholder, readHome } from './home.mjs';

/**
 * Why the tree cannot be published as it stands.
 *
 * @param {import('./home.mjs').Home} home
 * @param {readonly { name: string, version: string }[]} manifests
 */
export function findOpen(home, manifests) {
  const unversioned = manifests.filter(({ version }) => version === '0.0.0').map(({ name }) => name);
  return [
    ...(isPlaceholder(home)
      ? [
          `${home.homepage} is a placeholder, which must be set before publishing: npm run release:home -- https://github.com/owner/name`,
        ]
      : []),
    ...(unversioned.length > 0
      ? [
          `the version of ${unversioned[0]}${unversioned.length > 1 ? ` and ${unversioned.length - 1} more` : ''} is 0.0.0: npm run version decides the first one`,
        ]
      : []),
  ];
}

/** {@link findOpen} of this tree. */
export function findOpenHere() {
  return findOpen(
    readHome(),
    readPublicPackages().map(({ manifest }) => manifest),
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const open = findOpenHere();
  for (const reason of open) console.error(`not publishable yet: ${reason}`);
  process.exitCode = open.length > 0 ? 1 : 0;
}
