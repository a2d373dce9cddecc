import type { ViteUserConfig } from 'vitest/config';
import { hugeRuntime, oneProcess, unitTests } from '../../tools/unit-tests.mjs';

const config: ViteUserConfig = unitTests({
  // Before onnxruntime-node loads: it reports to its maker otherwise.
  test: { ...oneProcess.test, ...hugeRuntime.test, env: { ORT_DISABLE_TELEMETRY: '1' } },
});

export default config;
