import { availableParallelism } from 'node:os';
import { defineConfig, type ViteUserConfig } from 'vitest/config';
import { findChromium } from './tools/devices/chromium.mjs';
import { longestMilliseconds } from './tools/devices/time-limits.mjs';
import { LongestFirst } from './tools/longest-first.mjs';

/**
 * Every test there is, in one run: the packages’, in Node and in Chromium side by side, and the house’s own. Without a
 * Chromium those for browsers are left out; tools/devices/here.test.mjs says so as a skip.
 */
const config: ViteUserConfig = defineConfig({
  test: {
    projects: [
      '{packages,examples,research}/*/vitest.config.ts',
      'bench/vitest.config.ts',
      'tools/vitest.config.mjs',
      ...(findChromium() === undefined ? [] : ['tools/devices/vitest.browser.config.mjs']),
    ],
    maxWorkers: availableParallelism(),
    // Vitest waits for a page as long as the root says, whatever the page's own project does.
    browser: { connectTimeout: longestMilliseconds },
    sequence: { sequencer: LongestFirst },
  },
});

export default config;
