import type { ViteUserConfig } from 'vitest/config';
import { unitTests } from '../../tools/unit-tests.mjs';

const config: ViteUserConfig = unitTests();

export default config;
