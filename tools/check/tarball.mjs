// @ts-check
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/**
 * What a tarball lacks and what it has too much.
 *
 * @param {readonly string[]} files
 * @param {(path: string) => boolean} hasSource tells whether a built file still has its source
 */
export function judgeContents(files, hasSource) {
  const needed = ['package.json', 'LICENSE', 'README.md', 'dist/index.js', 'dist/index.d.ts', 'src/index.ts'];
  return [
    ...needed.filter((path) => !files.includes(path)).map((path) => `needs ${path}`),
    ...files
      .filter((path) => /\.test(?:-d)?\.|(?:^|\/)(?:fixtures|testing)\/|\.tsbuildinfo$|tsconfig/.test(path))
      .map((path) => `has ${path}, which serves tests only`),
    ...files
      .filter((path) => path.startsWith('dist/') && !hasSource(path))
      .map((path) => `has ${path}, left from a source that is gone; delete dist and build again`),
  ];
}

/** @param {string} folder of the package @param {string} path in the tarball */
export function isInSource(folder, path) {
  const module = /^dist\/(.+?)(?:\.d)?\.[cm]?[jt]s(?:\.map)?$/.exec(path)?.[1];
  if (module === undefined) return true;
  return ['.ts', '.mts', '.js', '.mjs'].some((ending) =>
    existsSync(join(folder, 'src', `${module}${ending}`)),
  );
}

/**
 * What would mislead npm, and publint does not know: what this house wants of each package.
 *
 * @param {import('./workspace.mjs').Manifest & Record<string, any>} manifest
 * @param {string} folder
 */
export function judgeMetadata(manifest, folder) {
  const complaints = ['description', 'license', 'engines', 'keywords', 'files']
    .filter((field) => manifest[field] === undefined)
    .map((field) => `package.json needs ${field}`);
  if (manifest.repository !== undefined && manifest.repository.directory !== folder) {
    complaints.push(
      `package.json needs repository.directory ${folder}, got ${manifest.repository.directory}`,
    );
  }
  if (manifest.publishConfig?.access !== 'public') {
    complaints.push(`package.json needs publishConfig.access public, got ${manifest.publishConfig?.access}`);
  }
  if (manifest.type !== 'module') complaints.push(`package.json needs type module, got ${manifest.type}`);
  if (manifest.sideEffects !== false) {
    complaints.push(`package.json needs sideEffects false, got ${manifest.sideEffects}`);
  }
  return complaints;
}
