import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { ViteUserConfig } from 'vitest/config';
import { unitTests } from '../../tools/unit-tests.mjs';

const legacy = dirname(createRequire(import.meta.url).resolve('onnxruntime-web-training'));

const config: ViteUserConfig = unitTests({
  // Its exports have no entry for training in Node; the file works there all the same.
  resolve: { alias: { 'onnxruntime-web-training/training': join(legacy, 'ort.training.wasm.min.mjs') } },
  test: { env: { ORT_DISABLE_TELEMETRY: '1' } },
});

export default config;
