// @ts-check
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import getReleasePlan from '@changesets/get-release-plan';
import { readPublicPackages, readWorkspaces, root } from './workspace.mjs';

/**
 * What is wrong with the release to come: its configuration, and public packages that the pending changesets leave out.
 *
 * @throws where a changeset names an unknown package
 */
export async function findUncovered() {
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
