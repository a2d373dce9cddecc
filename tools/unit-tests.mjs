// @ts-check
import { configDefaults, defineConfig, mergeConfig } from 'vitest/config';
import { findChromium } from './devices/chromium.mjs';
import { timeLimits } from './devices/time-limits.mjs';
import { kitPart, kitSmoke, whole } from './devices/whole.mjs';

/** Other packages as they are built: Vite would transform them again for every test file. */
export const asBuilt = { deps: { external: [/\/(?:packages|examples)\/[^/]+\/dist\//] } };

/**
 * For packages whose tests change nothing that a whole process shares: a process for a worker and not for a file, which
 * would load the same again. Nor do modules change it that tests share: hooks are for the file that calls for them.
 */
export const oneProcess = { test: { isolate: false } };

/**
 * For tests of onnxruntime-web on WebGPU, in Node and in Chromium. V8 would optimise functions of many thousand blocks, which its runtime has and
 * which begin a session or two, for a minute in other threads: six times as long as the tests take. What runs a hundred
 * times as often is optimised still.
 */
export const hugeRuntime = { test: { execArgv: ['--wasm-tiering-budget=100000000'] } };

/**
 * Vitest's configuration for a package's tests in Node: `*.test.ts` in `src`, without those that run in Chromium. No
 * configuration and no test sets limits of its own.
 *
 * @param {import('vitest/config').ViteUserConfig} [more] merged over it
 * @returns {import('vitest/config').ViteUserConfig}
 */
export function unitTests(more = {}) {
  const chromium = findChromium();
  const config = defineConfig({
    test: {
      include: ['src/**/*.test.ts'],
      // Those run in Chromium, by tools/devices/vitest.browser.config.mjs.
      exclude: [...configDefaults.exclude, 'src/**/*.browser.test.ts'],
      // For tests of a page as it is built, which open a browser themselves.
      env: chromium === undefined ? {} : { CHROMIUM: chromium },
      server: asBuilt,
      provide: { kitPart, kitSmoke, whole },
      ...timeLimits,
    },
  });
  return mergeConfig(config, more);
}
