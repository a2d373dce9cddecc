// @ts-check
import { defineConfig, mergeConfig } from 'vitest/config';
import { timeLimits } from './devices/time-limits.mjs';
import { asBuilt, oneProcess } from './unit-tests.mjs';

const config = defineConfig({
  test: {
    name: 'tools',
    include: ['**/*.test.mjs'],
    globalSetup: './check/shared-tarballs.mjs',
    server: asBuilt,
    ...timeLimits,
  },
});

export default mergeConfig(config, oneProcess);
