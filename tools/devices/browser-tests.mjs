// @ts-check
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
 * Packages whose pages are open at a time, after the tests in Node: a software device takes all cores by itself, and six of
 * them only wait for each other.
 */
const turns = [
  ['tfjs', 'sparse'],
  ['onnxruntime', 'tflite', 'host'],
  ['tfjs-webgpu', 'webgpu'],
];

/**
 * When a project has its turn. Tests in Node have the turn 0.
 *
 * @param {import('vitest/config').ViteUserConfig} config
 * @throws {Error} for one that has none
 */
function turnOf({ test }) {
  const at = turns.findIndex((turn) => turn.some((name) => test?.name === `@synaprune/${name} in Chromium`));
  if (at < 0) throw new Error(`${test?.name} has no turn; tools/devices/browser-tests.mjs lists them`);
  return at + 1;
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
  const config = defineConfig({
    clearScreen: false,
    test: {
      include: ['src/**/*.browser.test.ts'],
      exclude: configDefaults.exclude,
      ...timeLimits,
      provide: { kitPart, kitSmoke, whole },
      sequence: { groupOrder: turnOf(more) },
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
