// @ts-check
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readJson, readPublicPackages, root } from '../check/workspace.mjs';
import { lacking, there } from './finding.mjs';
import { isWithin } from './versions.mjs';

/** @typedef {import('./finding.mjs').Finding} Finding */
/** @typedef {Omit<Finding, 'group'>} Ungrouped */

/**
 * What everything else stands on: Node, npm, the packages of the lock file, the built forms.
 *
 * @param {{ node?: string, npm: string | undefined, tree?: string }} here
 * @returns {Ungrouped[]}
 */
export function groundFindings({ node = process.versions.node, npm, tree = root }) {
  return [nodeFinding(node, tree), npmFinding(npm), installFinding(tree), buildFinding(tree)];
}

/** @param {string} node @param {string} tree @returns {Ungrouped} */
function nodeFinding(node, tree) {
  const needed = readJson(join(tree, 'package.json')).engines.node;
  if (isWithin(node, needed)) return { ...there('node', 'Node', node), required: true };
  const fix = 'install Node 24, from nodejs.org or by your version manager';
  return {
    ...lacking('node', 'Node', { state: 'old', found: node, lacks: `needs ${needed}`, fix }),
    required: true,
  };
}

/** @param {string | undefined} npm @returns {Ungrouped} */
function npmFinding(npm) {
  if (npm === undefined) {
    return lacking('npm', 'npm', { lacks: 'not on the path', fix: 'it comes with Node: install that anew' });
  }
  if (isWithin(npm, '>=10.0.0')) return there('npm', 'npm', npm);
  return lacking('npm', 'npm', {
    state: 'old',
    found: npm,
    lacks: 'needs >=10',
    fix: 'npm install --global npm@11',
  });
}

/** Compares what is installed with the lock file, as both list it. @param {string} tree @returns {Ungrouped} */
function installFinding(tree) {
  const [id, name] = ['dependencies', 'dependencies'];
  const listing = join(tree, 'node_modules/.package-lock.json');
  if (!existsSync(listing)) {
    return { ...lacking(id, name, { lacks: 'nothing is installed', fix: 'npm ci' }), required: true };
  }
  /** @type {Record<string, { version?: string, optional?: boolean, link?: boolean }>} */
  const wanted = readJson(join(tree, 'package-lock.json')).packages;
  const installed = readJson(listing).packages;
  const entries = Object.entries(wanted).filter(
    ([path, { optional, link }]) => path.includes('node_modules/') && !optional && !link,
  );
  const off = entries.filter(([path, { version }]) => installed[path]?.version !== version);
  if (off.length === 0) return { ...there(id, name, `${entries.length} packages`), required: true };
  const first = off[0]?.[0].split('node_modules/').at(-1);
  const lacks = `${off.length} of ${entries.length} packages are not those of the lock file: ${first}${off.length > 1 ? ' …' : ''}`;
  return { ...lacking(id, name, { state: 'old', lacks, fix: 'npm ci' }), required: true };
}

/** @param {string} tree @returns {Ungrouped} */
function buildFinding(tree) {
  const packages = tree === root ? readPublicPackages() : [];
  const built = packages.filter(({ path }) => existsSync(join(path, 'dist')));
  const found = `${built.length} of ${packages.length} packages`;
  if (built.length === packages.length) return there('build', 'built', found);
  const lacks = `${packages.length - built.length} packages are not built; demo, study and tests build what they need`;
  return lacking('build', 'built', { found: built.length > 0 ? found : null, lacks, fix: 'npm run build' });
}
