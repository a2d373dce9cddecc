import { registerConformance } from '@synaprune/conformance';
import { describe, it } from 'vitest';
import { currentHarness } from '../../testing/harness.js';
import { kitInChromium } from '../../testing/kit-in-chromium.js';
import { useInChromium } from '../../testing/use-in-chromium.js';

await useInChromium('webgpu');
registerConformance(currentHarness(), { describe, it }, kitInChromium);
