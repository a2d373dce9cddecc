import { fileURLToPath } from 'node:url';
import { browserTests } from 'synaprune-devices';
import type { ViteUserConfig } from 'vitest/config';

const standIn = fileURLToPath(new URL('src/testing/node-stand-in.ts', import.meta.url));

const config: Promise<ViteUserConfig> = browserTests({
  test: { name: '@synaprune/tfjs in Chromium' },
  // Lets pages share memory, which threads need.
  server: {
    headers: {
      'Cross-Origin-Opener-Policy': 'same-origin',
      'Cross-Origin-Embedder-Policy': 'require-corp',
    },
  },
  // Found only while a test loads, a dependency would make vite load the page again.
  optimizeDeps: {
    include: [
      '@tensorflow/tfjs',
      '@tensorflow/tfjs-core',
      '@tensorflow/tfjs-layers',
      '@tensorflow/tfjs-backend-wasm',
      '@tensorflow/tfjs-backend-webgpu',
    ],
  },
  resolve: { alias: { 'node:module': standIn, 'node:path': standIn } },
});

export default config;
