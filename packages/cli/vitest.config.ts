import type { ViteUserConfig } from 'vitest/config';
import { unitTests } from '../../tools/unit-tests.mjs';

const config: ViteUserConfig = unitTests({
  test: {
    env: {
      // Before onnxruntime-node loads: it reports to its maker otherwise.
      ORT_DISABLE_TELEMETRY: '1',
      // What is written is compared as text, and on CI it would have colours.
      NO_COLOR: '1',
    },
  },
});

export default config;
