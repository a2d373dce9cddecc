import type { ViteUserConfig } from 'vitest/config';
import { oneProcess, unitTests } from '../../tools/unit-tests.mjs';

const config: ViteUserConfig = unitTests(oneProcess);

export default config;
