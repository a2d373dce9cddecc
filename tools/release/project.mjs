// @ts-check
/* A fresh project of a user, outside the repository, that knows the packages by their names alone. */
import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runNode, runNpm } from '../check/command.mjs';
import { createConsumer } from '../check/consumer.mjs';
import { readPublicPackages, readWorkspaces, root } from '../check/workspace.mjs';

/**
 * @typedef {object} Project
 * @property {string} folder
 * @property {(version: string) => Promise<string[]>} install all public packages in a version, with what they ask for;
 *   gives what went wrong
 * @property {(program: string, ...args: string[]) => Promise<string[]>} run a program that lies in the project
 * @property {(...args: string[]) => Promise<string[]>} npx a command of what is installed
 * @property {(folder: string) => void} copy a folder of `integrations` into it
 */

/** @param {import('./registry.mjs').Registry} registry @returns {Project} */
export function createProject(registry) {
  const { folder, remove } = createConsumer();
  process.on('exit', remove);
  const options = {
    cwd: folder,
    env: { ...registry.env, ORT_DISABLE_TELEMETRY: '1' },
    endsWithUs: true,
  };
  const complaintsOf = (/** @type {import('../check/command.mjs').CommandResult} */ { status, output }) =>
    status === 0 ? [] : [output];
  return {
    folder,
    async install(version) {
      const own = readPublicPackages().map(({ manifest }) => `${manifest.name}@${version}`);
      // onnxruntime-node's install script would download CUDA libraries from elsewhere.
      const flags = ['--ignore-scripts', '--prefer-offline'];
      const result = await runNpm(['install', ...flags, ...own, ...runtimes()], options);
      const complaints = complaintsOf(result);
      return complaints.length > 0 ? complaints : findOtherVersions(folder, version);
    },
    run: async (program, ...args) => complaintsOf(await runNode([program, ...args], options)),
    npx: async (...args) => complaintsOf(await runNpm(['exec', '--no', '--', ...args], options)),
    copy: (name) => cpSync(join(root, 'integrations', name), join(folder, name), { recursive: true }),
  };
}

/** What the packages leave to the user, and a bundler, in the versions that this tree tests with. */
function runtimes() {
  const peers = readPublicPackages().flatMap(({ manifest }) =>
    Object.keys(manifest.peerDependencies ?? {}).flatMap((name) => {
      const version = manifest.devDependencies?.[name];
      // libtensorflow is downloaded by a script.
      return version === undefined || name.startsWith('@tensorflow/tfjs-node') ? [] : [`${name}@${version}`];
    }),
  );
  const { vite, '@tensorflow/tfjs': tfjs } =
    readWorkspaces().find(({ folder }) => folder === 'examples/browser')?.manifest.dependencies ?? {};
  return [...new Set([...peers, `@tensorflow/tfjs@${tfjs}`, `vite@${vite}`])];
}

/** Packages of ours that came in another version, from wherever. @param {string} folder @param {string} version */
function findOtherVersions(folder, version) {
  return readPublicPackages().flatMap(({ manifest: { name } }) => {
    const path = join(folder, 'node_modules', name, 'package.json');
    const got = JSON.parse(readFileSync(path, 'utf8')).version;
    return got === version ? [] : [`${name} needs version ${version}, got ${got}`];
  });
}
