// @ts-check
/*
 * The tarballs of all public packages in a fresh folder, with the runtimes that the adapters ask for, and used there:
 * programs of integrations/node-esm, types of integrations/types.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { createConsumer, install, runProgram, typecheck } from './consumer.mjs';
import { packAll } from './pack.mjs';
import { root } from './workspace.mjs';

/** TypeScript from the oldest that the packages' types are for to the newest. */
const compilers = ['typescript-5.0', 'typescript-5.9', 'typescript', 'typescript-7.0'];
const configs = ['tsconfig.nodenext.json', 'tsconfig.bundler.json', 'tsconfig.webgpu.json'];
const programs = join(root, 'integrations', 'node-esm');
const types = join(root, 'integrations', 'types');

const packed = await packAll();
/** The peer dependencies in the versions that the packages themselves test with, which npm's cache holds. */
const peers = packed.flatMap(({ workspace: { manifest } }) =>
  Object.entries(manifest.peerDependencies ?? {}).map(
    ([name, range]) => `${name}@${manifest.devDependencies?.[name] ?? range}`,
  ),
);
const { folder, remove } = createConsumer();
afterAll(remove);
const installed = await install(folder, [...packed.map(({ tarball }) => tarball), ...new Set(peers)]);

test('npm installs the tarballs', () => {
  expect(installed.status, installed.output).toBe(0);
});

test.each(readdirSync(programs).sort())('%s runs where they are installed', async (name) => {
  const { status, output } = await runProgram(folder, join(programs, name));
  expect(status, output).toBe(0);
});

test.each(compilers.flatMap((compiler) => configs.map((config) => [compiler, config])))(
  'their types hold for %s with %s',
  async (compiler, config) => {
    const { status, output } = await typecheck(folder, types, /** @type {string} */ (config), compiler);
    expect(status, output).toBe(0);
  },
);
