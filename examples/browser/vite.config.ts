import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import { contentSecurityPolicy } from './build/content-security-policy.ts';
import { dataFiles } from './build/data-files.ts';

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  // Relative addresses: the built folder works under any path.
  base: './',
  plugins: [dataFiles(), contentSecurityPolicy()],
  // The worker loads the runtimes when a model needs one.
  worker: { format: 'es' },
  build: {
    target: 'es2022',
    outDir: 'dist',
    emptyOutDir: true,
    // Everything is a file of its own: `data:` scripts and styles would not pass the policy.
    assetsInlineLimit: 0,
    // TensorFlow.js alone is above Vite's usual limit.
    chunkSizeWarningLimit: 3000,
    reportCompressedSize: false,
  },
});
