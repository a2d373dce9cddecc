import { registerConformance } from '@synaprune/conformance';
import { describe, it } from 'vitest';
import { currentHarness } from '../../testing/harness.js';
import { useInChromium } from '../../testing/use-in-chromium.js';

await useInChromium('wasm');
registerConformance(currentHarness(), { describe, it });
