import { browserTests } from 'synaprune-devices';
import type { ViteUserConfig } from 'vitest/config';

const config: Promise<ViteUserConfig> = browserTests({
  test: { name: '@synaprune/tflite in Chromium', silent: 'passed-only' },
  // Found only while a test loads, a dependency would make vite load the page again.
  optimizeDeps: { include: ['@litertjs/core', '@tensorflow/tfjs', 'flatbuffers'] },
});

export default config;
