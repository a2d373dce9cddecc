import { registerConformance } from '@synaprune/conformance';
import { describe, inject, it } from 'vitest';
import { currentHarness } from '../../testing/harness.js';
import { useInChromium } from '../../testing/use-in-chromium.js';

await useInChromium('cpu');
// What is chosen (laws 1 to 4) is the same JavaScript and WebAssembly in Node, where all laws are checked.
registerConformance(currentHarness(), { describe, it }, { laws: [5, 6, 7, 8, 9], part: inject('kitSmoke') });
