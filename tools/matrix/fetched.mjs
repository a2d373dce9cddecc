// @ts-check
/*
 * What the matrix needs and the repository does not: pinned here, installed from the npm registry into a temporary
 * project when a cell asks for it.
 */

/** The parts of the names that npm's packages of binaries have for this machine. */
const machines = {
  'linux x64': { node: 'linux-x64', bun: 'linux-x64', deno: 'linux-x64-glibc' },
  'linux arm64': { node: 'linux-arm64', bun: 'linux-aarch64', deno: 'linux-arm64-glibc' },
  'darwin x64': { node: 'darwin-x64', bun: 'darwin-x64', deno: 'darwin-x64' },
  'darwin arm64': { node: 'darwin-arm64', bun: 'darwin-aarch64', deno: 'darwin-arm64' },
};

const machine = /** @type {Partial<Record<string, { node: string, bun: string, deno: string }>>} */ (
  machines
)[`${process.platform} ${process.arch}`];

/** The oldest Node that the packages take, the last of each line that is kept, and the newest. */
export const nodeVersions = ['20.19.0', '22.23.5', '24.22.3', '26.12.1'];
export const bunVersion = '1.4.5';
export const denoVersion = '2.9.6';

/** Compilers that are fetched; the others are devDependencies of the repository. */
export const typescriptFetched = '5.4.5';

/** @type {Record<string, string>} the folder in node_modules, and what is installed there */
const javascript = {
  esbuild: 'esbuild@0.28.2',
  jest: 'jest@30.5.2',
  '@babel/plugin-transform-modules-commonjs': '@babel/plugin-transform-modules-commonjs@7.29.14',
  jsdom: 'jsdom@27.4.0',
  rollup: 'rollup@4.68.8',
  '@rollup/plugin-node-resolve': '@rollup/plugin-node-resolve@16.0.3',
  '@rollup/plugin-commonjs': '@rollup/plugin-commonjs@29.0.3',
  'typescript-5.4': `typescript-5.4@npm:typescript@${typescriptFetched}`,
  vitest: 'vitest@4.1.12',
  webpack: 'webpack@5.113.0',
};

/**
 * What npm is told for a tool.
 *
 * @param {string} tool a key of the table, `bun`, `deno`, or `node-` and a version
 * @returns {string | undefined} undefined where npm has no binary for this machine
 */
export function specOf(tool) {
  if (tool in javascript) return javascript[tool];
  if (machine === undefined) return undefined;
  if (tool === 'bun') return `bun-binary@npm:@oven/bun-${machine.bun}@${bunVersion}`;
  if (tool === 'deno') return `deno-binary@npm:@deno/${machine.deno}@${denoVersion}`;
  const version = /^node-(.+)$/.exec(tool)?.[1];
  if (version === undefined) throw new Error(`the matrix fetches no ${tool}`);
  return `${tool}@npm:node-${machine.node}@${version}`;
}

/**
 * Where a binary lies in a project.
 *
 * @param {string} tool
 */
export function binaryOf(tool) {
  if (tool === 'bun') return 'node_modules/bun-binary/bin/bun';
  if (tool === 'deno') return 'node_modules/deno-binary/deno';
  return `node_modules/${tool}/bin/node`;
}

/** Why what needs a binary is not tried. */
export const noBinary = `npm has no binary for ${process.platform} ${process.arch}`;
