// @ts-check
import { defineConfig } from 'vitest/config';
import { timeLimits } from './devices/time-limits.mjs';

export default defineConfig({
  test: {
    name: 'tools',
    include: ['**/*.test.mjs'],
    globalSetup: './check/shared-tarballs.mjs',
    // Packages as they are built: Vite would transform them again for every test file.
    server: { deps: { external: [/\/packages\/[^/]+\/dist\//] } },
    ...timeLimits,
  },
});
