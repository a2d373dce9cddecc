// @ts-check
/* Which Markdown is on the site, in which order and under which heading. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../check/workspace.mjs';

/**
 * @typedef {object} Document
 * @property {string} path from the root: `docs/guide.md`
 * @property {string} title its first heading
 * @property {string} group
 */

/** @type {Readonly<Record<string, readonly string[]>>} groups and their pages; those that are not there are left out */
const groups = {
  Guides: [
    'docs/first-prune.md',
    'docs/guide.md',
    'docs/choosing.md',
    'docs/methods.md',
    'docs/custom-loops.md',
    'docs/transfer-learning.md',
    'docs/onnxruntime.md',
    'docs/browsers.md',
    'docs/training-on-wasm.md',
    'docs/saving.md',
    'docs/checkpoints.md',
    'docs/reading-a-report.md',
    'docs/smaller-in-five-minutes.md',
    'docs/shrinking.md',
    'docs/accelerating.md',
    'docs/coming-from.md',
    'docs/limits.md',
  ],
  Reference: [
    'docs/environments.md',
    'docs/places.md',
    'docs/notices.md',
    'docs/errors.md',
    'docs/numerics.md',
    'docs/sparse-files.md',
  ],
  'Build on it': ['docs/writing-a-backend.md', 'docs/extending.md', 'docs/architecture.md'],
  'See it work': [
    'examples/browser/README.md',
    'examples/forecast/README.md',
    'examples/onnx-finetune/README.md',
    'examples/replicas/README.md',
    'examples/federated/README.md',
    'research/study/README.md',
    'research/methods/README.md',
    'docs/2026-11-22-study.md',
    'docs/2026-12-01-study.md',
    'docs/2026-12-01-methods.md',
    'bench/README.md',
  ],
};

/** What is reached by links and not listed beside the pages: the house's own business. */
const folded = ['docs/decisions', 'research/study/docs', 'examples/kit', 'packages/tfjs/src/internals'];
const last = 'Project';

/** @returns {Document[]} in the order of the site */
export function readDocuments() {
  const listed = Object.entries(groups).flatMap(([group, paths]) => paths.map((path) => ({ path, group })));
  const known = new Set(listed.map(({ path }) => path));
  const others = [...markdownIn('docs'), ...markdownIn('.'), ...folded.flatMap(markdownIn)]
    .filter((path) => path !== 'README.md' && !known.has(path))
    .map((path) => ({ path, group: last }));
  const documents = [...listed, ...others]
    .filter(({ path }) => existsSync(join(root, path)))
    .map(({ path, group }) => ({ path, group, title: titleOf(path) }));
  const titles = documents.map(({ title }) => title);
  const twice = documents.find(({ title }, i) => titles.indexOf(title) !== i);
  if (twice) throw new Error(`${twice.path} needs a title of its own, got "${twice.title}" once more`);
  return documents;
}

/** The address of a document's page, without its ending. @param {string} path */
export function pageOfDocument(path) {
  return path
    .replace(/\/README\.md$/, '')
    .replace(/\.md$/, '')
    .toLowerCase();
}

/** The groups in the order of the site. */
export const groupNames = [...Object.keys(groups), 'Packages', last];

/** @param {string} folder @returns {string[]} */
function markdownIn(folder) {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder))
    .filter((name) => name.endsWith('.md'))
    .sort()
    .map((name) => (folder === '.' ? name : `${folder}/${name}`));
}

/** @param {string} path */
function titleOf(path) {
  const title = /^# (.+)$/m.exec(readFileSync(join(root, path), 'utf8'))?.[1];
  if (title === undefined) throw new Error(`${path} needs a heading, as in: # Title`);
  return title.replaceAll('`', '');
}
