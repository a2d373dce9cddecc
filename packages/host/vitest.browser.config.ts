import { browserTests } from 'synaprune-devices';
import type { ViteUserConfig } from 'vitest/config';

const config: Promise<ViteUserConfig> = browserTests({
  test: { name: '@synaprune/host in Chromium' },
  // What a page is served with whose memory can be shared.
  server: {
    headers: {
      'Cross-Origin-Opener-Policy': 'same-origin',
      'Cross-Origin-Embedder-Policy': 'require-corp',
    },
  },
});

export default config;
