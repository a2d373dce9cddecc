// @ts-check
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runNpm } from './command.mjs';
import { readPublicPackages, readWorkspaces, root } from './workspace.mjs';

/**
 * A package as npm would publish it.
 *
 * @typedef {object} Packed
 * @property {string} name
 * @property {import('./workspace.mjs').Workspace} workspace
 * @property {string} tarball absolute path
 * @property {string[]} files in the tarball, relative to the package
 */

/** @type {Promise<Packed[]> | undefined} */
let packing;

/**
 * The packages that some workspaces need, they and those that those need among them.
 *
 * @param {readonly string[]} names
 * @param {readonly Packed[]} packed
 */
export function neededBy(names, packed) {
  const workspaces = readWorkspaces();
  /** @type {Set<string>} */
  const needed = new Set();
  const add = (/** @type {string} */ name) => {
    const manifest = workspaces.find((workspace) => workspace.manifest.name === name)?.manifest;
    if (manifest === undefined || needed.has(name)) return;
    needed.add(name);
    for (const dependency of Object.keys(manifest.dependencies ?? {})) add(dependency);
  };
  for (const name of names) add(name);
  return packed.filter(({ name }) => needed.has(name));
}

/** Packs every public package into a temporary folder, once a process, and once a run of tests. */
export function packAll() {
  const shared = process.env.SYNAPRUNE_TARBALLS;
  packing ??= shared === undefined ? packForThis() : packForAll(shared);
  return packing;
}

function packForThis() {
  const folder = mkdtempSync(join(tmpdir(), 'synaprune-tarballs-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  return pack(folder);
}

/** Packs, or waits for another process of the run that does. @param {string} shared @returns {Promise<Packed[]>} */
async function packForAll(shared) {
  const folder = join(shared, 'tarballs');
  const list = join(shared, 'packed.json');
  try {
    mkdirSync(folder);
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error;
    while (!existsSync(list)) await sleep(100);
    const { packed, failed } = JSON.parse(readFileSync(list, 'utf8'));
    if (failed !== undefined) throw new Error(failed);
    return packed;
  }
  /** @param {{ packed: Packed[] } | { failed: string }} outcome */
  const tell = (outcome) => {
    writeFileSync(`${list}.new`, JSON.stringify(outcome));
    renameSync(`${list}.new`, list);
  };
  try {
    const packed = await pack(folder);
    tell({ packed });
    return packed;
  } catch (error) {
    tell({ failed: String(error) });
    throw error;
  }
}

/** @param {string} folder @returns {Promise<Packed[]>} */
async function pack(folder) {
  const workspaces = readPublicPackages();
  const { status, stdout, output } = await runNpm(
    [
      'pack',
      '--json',
      '--pack-destination',
      folder,
      ...workspaces.map(({ folder }) => `--workspace=${folder}`),
    ],
    { cwd: root },
  );
  if (status !== 0) throw new Error(`npm pack ended with ${status}\n${output}`);
  /** @type {{ name: string, filename: string, files: { path: string }[] }[]} */
  const packed = Object.values(JSON.parse(stdout));
  return workspaces.map((workspace) => {
    const { name } = workspace.manifest;
    const made = packed.find((entry) => entry.name === name);
    if (made === undefined) throw new Error(`npm pack made no tarball of ${name}`);
    return {
      name,
      workspace,
      tarball: join(folder, made.filename.replace('@', '').replace('/', '-')),
      files: made.files.map(({ path }) => path),
    };
  });
}
