// @ts-check
/* The pictures of docs/architecture.md, drawn from the imports that dependency-cruiser finds. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runNode, scriptOf } from '../check/command.mjs';
import { readJson, root } from '../check/workspace.mjs';

/** The page with the pictures. */
export const PAGE = 'docs/architecture.md';

/** A file and what it imports. @typedef {{ source: string, dependencies: { resolved: string }[] }} Module */
/** From one box to another. @typedef {readonly [from: string, to: string]} Arrow */

/**
 * What everything that is built imports, as `npm run arrows:rooms` reads it, and the circles between rooms.
 *
 * @returns {Promise<{ modules: Module[], circles: string[] }>}
 */
export async function readImports() {
  const { 'arrows:rooms': command } = readJson(join(root, 'package.json')).scripts;
  const { status, stdout, output } = await runNode(
    [scriptOf('dependency-cruiser', 'depcruise'), ...command.replace('err-long', 'json').split(' ').slice(1)],
    { cwd: root },
  );
  if (!stdout.startsWith('{')) throw new Error(`dependency-cruiser ended with ${status}\n${output}`);
  const { modules, summary } = JSON.parse(stdout);
  return { modules, circles: circlesIn(summary.violations) };
}

/** @param {readonly { from: string, cycle?: readonly { name: string }[] }[]} violations */
function circlesIn(violations) {
  return violations.map(({ from, cycle = [] }) => [from, ...cycle.map(({ name }) => name)].join(' → '));
}

/**
 * The arrows between the packages, and from each to the runtimes it names.
 *
 * @param {readonly Module[]} modules
 */
export function arrowsOfPackages(modules) {
  return arrowsOf(modules, '^packages/([^/]+)/src/', (path) => {
    const [, runtime] = /node_modules\/(@tensorflow\/|onnxruntime-)/.exec(path) ?? [];
    if (runtime !== undefined) return `${runtime}*`;
    return /^packages\/([^/]+)\//.exec(path)?.[1];
  });
}

/**
 * The arrows between the folders of a package. Files beside them are its entry.
 *
 * @param {readonly Module[]} modules
 * @param {string} name folder of the package
 */
export function arrowsOfRooms(modules, name) {
  return arrowsOf(
    modules,
    `^packages/${name}/src/([^/]+)/`,
    (path) => new RegExp(`^packages/${name}/src/([^/]+)/`).exec(path)?.[1],
  );
}

/**
 * @param {readonly Module[]} modules
 * @param {string} from finds the box of a file that imports
 * @param {(path: string) => string | undefined} boxOf the box of what is imported
 * @returns {Arrow[]} each once, in the order of the alphabet
 */
function arrowsOf(modules, from, boxOf) {
  const found = new Set();
  for (const { source, dependencies } of modules) {
    const box = new RegExp(from).exec(source)?.[1];
    if (box === undefined) continue;
    for (const { resolved } of dependencies) {
      const to = boxOf(resolved);
      if (to !== undefined && to !== box) found.add(`${box} ${to}`);
    }
  }
  return [...found].sort().map((arrow) => /** @type {[string, string]} */ (arrow.split(' ')));
}

/**
 * The arrows without those that a longer way says too.
 *
 * @param {readonly Arrow[]} arrows without circles
 * @returns {Arrow[]}
 */
export function withoutShortcuts(arrows) {
  /** @type {(from: string, to: string) => boolean} */
  const leads = (from, to) => arrows.some(([a, b]) => a === from && (b === to || leads(b, to)));
  return arrows.filter(
    ([from, to]) => !arrows.some(([a, between]) => a === from && between !== to && leads(between, to)),
  );
}

/** @param {readonly Arrow[]} arrows */
export function drawn(arrows) {
  const lines = withoutShortcuts(arrows).map(([from, to]) =>
    to.endsWith('*') ? `  ${from} -.-> runtime-${to.replace(/\W/g, '')}(["${to}"])` : `  ${from} --> ${to}`,
  );
  return ['```mermaid', 'graph TD', ...lines, '```'].join('\n');
}

/**
 * A page with its pictures as the imports are now.
 *
 * @param {string} page
 * @param {readonly Module[]} modules
 */
export function withPictures(page, modules) {
  return page.replace(
    /(<!-- picture: (\S+) -->\n)[\s\S]*?(<!-- end of picture -->)/g,
    (_, begin, what, end) =>
      `${begin}${drawn(what === 'packages' ? arrowsOfPackages(modules) : arrowsOfRooms(modules, what))}\n${end}`,
  );
}

/** Draws the page anew. */
export async function drawPage() {
  const path = join(root, PAGE);
  writeFileSync(path, withPictures(readFileSync(path, 'utf8'), (await readImports()).modules));
}
