import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Before onnxruntime-node loads: it sends telemetry otherwise.
    env: { ORT_DISABLE_TELEMETRY: '1' },
  },
});
