// @ts-check
import { defineConfig } from 'vitest/config';
import { timeLimits } from './devices/time-limits.mjs';
import { asBuilt } from './unit-tests.mjs';

export default defineConfig({
  test: {
    name: 'tools',
    include: ['**/*.test.mjs'],
    globalSetup: './check/shared-tarballs.mjs',
    isolate: false,
    server: asBuilt,
    ...timeLimits,
  },
});
