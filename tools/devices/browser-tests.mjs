// @ts-check
import { configDefaults, defineConfig, mergeConfig } from 'vitest/config';
import { adviseChromium } from './advice.mjs';
import { findChromium } from './chromium.mjs';
import { kitPart } from './kit-part.mjs';
import { thisMachine } from './machine.mjs';
import { longestMilliseconds, timeLimits } from './time-limits.mjs';

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
      provide: { kitPart },
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
