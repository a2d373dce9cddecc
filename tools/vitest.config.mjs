// @ts-check
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { timeLimits } from './devices/time-limits.mjs';

export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  test: { include: ['tools/**/*.test.mjs', 'integrations/**/*.test.mjs'], ...timeLimits },
});
