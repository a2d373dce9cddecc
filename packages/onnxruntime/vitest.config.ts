import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { configDefaults, defineConfig } from 'vitest/config';

const legacy = dirname(createRequire(import.meta.url).resolve('onnxruntime-web-training'));

export default defineConfig({
  // Its exports have no entry for training in Node; the file works there all the same.
  resolve: { alias: { 'onnxruntime-web-training/training': join(legacy, 'ort.training.wasm.min.mjs') } },
  test: {
    include: ['src/**/*.test.ts'],
    // Those run in Chromium, by vitest.browser.config.ts.
    exclude: [...configDefaults.exclude, 'src/**/*.browser.test.ts'],
    testTimeout: 20_000,
    env: { ORT_DISABLE_TELEMETRY: '1' },
  },
});
