// @ts-check
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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

/** Packs every public package into a temporary folder, once a process. */
export function packAll() {
  packing ??= pack();
  return packing;
}

/** @returns {Promise<Packed[]>} */
async function pack() {
  const folder = mkdtempSync(join(tmpdir(), 'synaprune-tarballs-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
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
