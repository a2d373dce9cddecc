import { registerConformance } from '@synaprune/conformance';
import { describe, inject, it } from 'vitest';
import { currentHarness } from '../../testing/harness.js';
import { useInChromium } from '../../testing/use-in-chromium.js';

await useInChromium('webgpu');
// In one file: every page compiles all of tfjs's programs anew, which takes longer than running them.
// That masks only grow, what is read back, saved and said (laws 4, 6, 8, 9), is JavaScript that cpu.test.ts checks whole.
registerConformance(
  currentHarness(),
  { describe, it },
  { mostElements: 2 ** 14, laws: [1, 2, 3, 5, 7], part: inject('kitPart') },
);
