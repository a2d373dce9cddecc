import { fileURLToPath } from 'node:url';
import { browserTests } from 'synaprune-devices';
import type { ViteUserConfig } from 'vitest/config';

// The tests ask for a device in Node; here the page has one.
const page = fileURLToPath(new URL('src/testing/page-device.ts', import.meta.url));

const config: Promise<ViteUserConfig> = browserTests({
  test: { name: '@synaprune/tfjs-webgpu in Chromium' },
  // Found only while a test loads, a dependency would make vite load the page again.
  optimizeDeps: {
    include: [
      '@tensorflow/tfjs',
      '@tensorflow/tfjs-core',
      '@tensorflow/tfjs-layers',
      '@tensorflow/tfjs-backend-webgpu',
    ],
  },
  resolve: { alias: { 'synaprune-devices': page } },
});

export default config;
