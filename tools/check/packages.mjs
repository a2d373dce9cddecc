// @ts-check
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { runNode, scriptOf } from './command.mjs';
import { packAll } from './pack.mjs';
import { verdict } from './tally.mjs';

/** @typedef {import('./pack.mjs').Packed} Packed */

/** What is about to be published: well-formed, typed for ES modules, with all it needs and nothing else. */
export async function checkPackages() {
  const packed = await packAll();
  const findings = [];
  for (const one of packed) {
    findings.push(
      verdict(`${one.name}: publint`, await lint(one)),
      verdict(`${one.name}: types resolve (attw)`, await resolveTypes(one)),
      verdict(
        `${one.name}: contents`,
        judgeContents(one.files, (path) => isInSource(one, path)),
      ),
      verdict(`${one.name}: metadata`, judgeMetadata(one.workspace.manifest, one.workspace.folder)),
    );
  }
  return findings;
}

/** @param {Packed} packed */
async function lint({ tarball }) {
  const bytes = readFileSync(tarball);
  const { messages, pkg } = await publint({
    pack: { tarball: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) },
    strict: true,
  });
  return messages.map((message) => `${message.type}: ${formatMessage(message, pkg)}`);
}

/** @param {Packed} packed */
async function resolveTypes({ tarball }) {
  const { status, output } = await runNode([
    scriptOf('@arethetypeswrong/cli', 'attw'),
    tarball,
    '--profile=esm-only',
    '--no-emoji',
    '--no-color',
    '--format=ascii',
  ]);
  return status === 0 ? '' : output;
}

/**
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

/** @param {Packed} packed @param {string} path */
function isInSource({ workspace }, path) {
  const module = /^dist\/(.+?)(?:\.d)?\.[cm]?[jt]s(?:\.map)?$/.exec(path)?.[1];
  if (module === undefined) return true;
  return ['.ts', '.mts', '.js', '.mjs'].some((ending) =>
    existsSync(join(workspace.path, 'src', `${module}${ending}`)),
  );
}

/**
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
