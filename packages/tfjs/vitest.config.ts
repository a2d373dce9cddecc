import type { ViteUserConfig } from 'vitest/config';
import { oneProcess, unitTests } from '../../tools/unit-tests.mjs';

const config: ViteUserConfig = unitTests({
  test: { ...oneProcess.test, setupFiles: ['src/testing/leave-nothing.ts'] },
});

export default config;
