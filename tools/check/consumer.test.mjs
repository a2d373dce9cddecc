// @ts-check
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createConsumer, runProgram, typecheck } from './consumer.mjs';
import { readPublicPackages, root } from './workspace.mjs';

const program = join(root, 'integrations', 'node-esm', 'core.mjs');
const types = join(root, 'integrations', 'types');

const all = readPublicPackages();
/** What the program takes. */
const taken = all.filter(({ manifest: { name } }) => ['@synaprune/core', '@synaprune/host'].includes(name));

/**
 * Puts packages where npm would, with core's files changed.
 *
 * @param {string} folder
 * @param {readonly import('./workspace.mjs').Workspace[]} packages
 * @param {(core: string) => void} damage
 */
function place(folder, packages, damage) {
  const modules = join(folder, 'node_modules');
  for (const { path, manifest } of packages) {
    const target = join(modules, manifest.name);
    mkdirSync(dirname(target), { recursive: true });
    for (const part of ['package.json', 'dist']) {
      cpSync(join(path, part), join(target, part), { recursive: true });
    }
  }
  const needed = packages.flatMap(({ manifest }) =>
    Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies }),
  );
  // The program of the types takes TensorFlow.js whole, as most users do.
  for (const name of new Set([...needed, '@tensorflow/tfjs'])) {
    const target = join(modules, name);
    if (existsSync(target)) continue;
    mkdirSync(dirname(target), { recursive: true });
    symlinkSync(join(root, 'node_modules', name), target, 'junction');
  }
  damage(join(modules, '@synaprune', 'core'));
}

/** @param {string} core @param {object} exports */
function rewriteExports(core, exports) {
  const path = join(core, 'package.json');
  const { types: _, ...manifest } = JSON.parse(readFileSync(path, 'utf8'));
  writeFileSync(path, JSON.stringify({ ...manifest, exports }));
}

/** @param {readonly import('./workspace.mjs').Workspace[]} packages @param {(core: string) => void} damage */
function placed(packages, damage) {
  const { folder, remove } = createConsumer();
  onTestFinished(remove);
  place(folder, packages, damage);
  return folder;
}

/** The exit codes of a program and of its types. @param {(core: string) => void} damage */
async function consume(damage) {
  const folder = placed(all, damage);
  const results = [
    await runProgram(folder, program),
    await typecheck(folder, types, 'tsconfig.nodenext.json', 'typescript-7.0'),
    await typecheck(folder, types, 'tsconfig.bundler.json', 'typescript-7.0'),
  ];
  return results.map(({ status }) => (status === 0 ? 'passed' : 'failed')).join(', ');
}

/** What a program says. @param {(core: string) => void} damage */
async function runDamaged(damage) {
  return (await runProgram(placed(taken, damage), program)).output;
}

test('passes sound packages', async () => {
  expect(await consume(() => {})).toBe('passed, passed, passed');
});

test('fails an exports map that leads nowhere', async () => {
  const damage = (/** @type {string} */ core) =>
    rewriteExports(core, { '.': { types: './dist/index.d.ts', default: './dist/main.js' } });
  expect(await runDamaged(damage)).toContain('ERR_MODULE_NOT_FOUND');
});

test('fails an exports map without the entry point', async () => {
  const damage = (/** @type {string} */ core) => rewriteExports(core, { './package.json': './package.json' });
  expect(await runDamaged(damage)).toContain('ERR_PACKAGE_PATH_NOT_EXPORTED');
});

test('fails an exports map whose types lead nowhere', async () => {
  const damage = (/** @type {string} */ core) => {
    const checks = { types: './dist/checks.d.ts', default: './dist/checks.js' };
    rewriteExports(core, {
      '.': { types: './types/index.d.ts', default: './dist/index.js' },
      './checks': checks,
    });
    // Next to the program TypeScript would find them all the same.
    rmSync(join(core, 'dist', 'index.d.ts'));
  };
  expect(await consume(damage)).toBe('passed, failed, failed');
});

test('fails a package without a promised name', async () => {
  const damage = (/** @type {string} */ core) => {
    const index = join(core, 'dist', 'index.js');
    writeFileSync(index, readFileSync(index, 'utf8').replace('cosineRamp, ', ''));
  };
  expect(await runDamaged(damage)).toContain("does not provide an export named 'cosineRamp'");
});
