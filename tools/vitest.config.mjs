// @ts-check
import { defineConfig } from 'vitest/config';
import { timeLimits } from './devices/time-limits.mjs';

export default defineConfig({
  test: {
    name: 'tools',
    include: ['**/*.test.mjs'],
    globalSetup: './check/shared-tarballs.mjs',
    ...timeLimits,
  },
});
