import { registerConformance } from '@synaprune/conformance';
import { describe, it } from 'vitest';
import { currentHarness } from '../../testing/harness.js';
import { useInChromium } from '../../testing/use-in-chromium.js';

await useInChromium('webgl');
// Spread over files, none of which takes long.
registerConformance(currentHarness(), { describe, it }, { mostElements: 2 ** 18, laws: [8, 9] });
