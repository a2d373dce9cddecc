import { configDefaults, defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts'],
    // Those run in Chromium, by vitest.browser.config.ts.
    exclude: [...configDefaults.exclude, 'src/**/*.browser.test.ts'],
    testTimeout: 20_000,
    env: { ORT_DISABLE_TELEMETRY: '1' },
  },
});
