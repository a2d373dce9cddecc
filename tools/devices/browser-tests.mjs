// @ts-check
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { configDefaults, defineConfig, mergeConfig } from 'vitest/config';
import { adviseChromium } from './advice.mjs';
import { findChromium } from './chromium.mjs';
import { thisMachine } from './machine.mjs';
import { longestMilliseconds, timeLimits } from './time-limits.mjs';
import { kitPart, kitSmoke, whole } from './whole.mjs';

/** What makes Chromium offer its devices without a GPU, and keeps it from calling home. */
const switches = [
  // WebGPU on SwiftShader; without it there is no adapter.
  '--enable-unsafe-webgpu',
  // WebGL 2, likewise.
  '--enable-unsafe-swiftshader',
  '--use-angle=swiftshader',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-quic',
  '--no-first-run',
  // A container's /dev/shm is small.
  '--disable-dev-shm-usage',
];

/**
 * Packages whose pages are open at a time, after the tests in Node: a software device takes all cores while it computes, and
 * all of them at once only wait for each other. The two that take longest go together, for one starts a page while the other
 * computes.
 */
const turns = [
  ['tfjs', 'onnxruntime'],
  ['tfjs-webgpu', 'webgpu', 'tflite', 'sparse', 'host'],
];

/**
 * The package of a project, and when it has its turn. Tests in Node have the turn 0.
 *
 * @param {import('vitest/config').ViteUserConfig} config
 * @throws {Error} for one that has no turn
 */
function placeOf({ test }) {
  for (const [at, names] of turns.entries()) {
    const name = names.find((one) => test?.name === `@synaprune/${one} in Chromium`);
    if (name !== undefined) return { name, turn: at + 1 };
  }
  throw new Error(`${test?.name} has no turn; tools/devices/browser-tests.mjs lists them`);
}

/**
 * What a package's sources import of other packages of this repository. Served as they are built, that would be hundreds of
 * modules to every page.
 *
 * @param {string} name the package's folder
 * @returns {string[]} specifiers, in order
 */
function builtImports(name) {
  const folder = fileURLToPath(new URL(`../../packages/${name}`, import.meta.url));
  const { dependencies, devDependencies } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const named = Object.keys({ ...dependencies, ...devDependencies });
  /** @type {Set<string>} */
  const found = new Set();
  for (const file of readdirSync(join(folder, 'src'), { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.ts')) continue;
    const text = readFileSync(join(folder, 'src', file), 'utf8');
    for (const [, specifier = ''] of text.matchAll(/(?:from|import\()\s*'(@synaprune\/[^']+)'/g))
      found.add(specifier);
  }
  const isOther = (/** @type {string} */ one) =>
    named.some((other) => one === other || one.startsWith(`${other}/`));
  return [...found].filter(isOther).sort();
}

/**
 * Vitest's configuration for tests that run in headless Chromium, one file after the other: `*.browser.test.ts` in
 * `src`.
 *
 * @param {import('vitest/config').ViteUserConfig} [more] merged over it
 * @param {import('./machine.mjs').Machine} [machine]
 * @throws {Error} where there is no Chromium, with what would bring it
 */
export async function browserTests(more = {}, machine = thisMachine) {
  const executablePath = findChromium(machine);
  if (executablePath === undefined) throw new Error(`no Chromium here; ${adviseChromium(machine)}`);
  // Chromium's sandbox does not work for root.
  const args = machine.root ? [...switches, '--no-sandbox'] : switches;
  const { playwright } = await import('@vitest/browser-playwright');
  const { name, turn } = placeOf(more);
  const config = defineConfig({
    clearScreen: false,
    optimizeDeps: {
      include: builtImports(name),
      // They change, where the lock file, by which Vite knows what it has bundled, does not.
      force: true,
    },
    test: {
      include: ['src/**/*.browser.test.ts'],
      exclude: configDefaults.exclude,
      ...timeLimits,
      provide: { kitPart, kitSmoke, whole },
      sequence: { groupOrder: turn },
      browser: {
        enabled: true,
        headless: true,
        // A software device fills all cores by itself.
        fileParallelism: false,
        screenshotFailures: false,
        connectTimeout: longestMilliseconds,
        provider: playwright({ launchOptions: { executablePath, args, timeout: longestMilliseconds } }),
        instances: [{ browser: 'chromium' }],
      },
    },
  });
  return mergeConfig(config, more);
}
