import { browserTests } from 'synaprune-devices';
import type { ViteUserConfig } from 'vitest/config';

const config: Promise<ViteUserConfig> = browserTests({
  test: { name: '@synaprune/onnxruntime in Chromium' },
  // The runtime loads its WebAssembly by address, and vite's bundles have another.
  optimizeDeps: { exclude: ['onnxruntime-web'] },
});

export default config;
