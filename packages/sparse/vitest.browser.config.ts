import { browserTests } from 'synaprune-devices';
import type { ViteUserConfig } from 'vitest/config';

const config: Promise<ViteUserConfig> = browserTests({
  test: { name: '@synaprune/sparse in Chromium' },
  // Found only while a test loads, a dependency would make vite load the page again. The runtime of ONNX loads its
  // WebAssembly by address, and vite's bundles have another.
  optimizeDeps: { include: ['@tensorflow/tfjs'], exclude: ['onnxruntime-web'] },
});

export default config;
