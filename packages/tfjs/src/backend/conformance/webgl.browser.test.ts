import { registerConformance } from '@synaprune/conformance';
import { describe, inject, it } from 'vitest';
import { currentHarness } from '../../testing/harness.js';
import { useInChromium } from '../../testing/use-in-chromium.js';

await useInChromium('webgl');
// In one file: every page compiles all of tfjs's programs anew, which takes longer than running them.
// That masks only grow, and what is saved and said (laws 4, 8, 9), is JavaScript that cpu.test.ts checks whole.
// A thirty-second: at least a case of each of these laws, with blocks and channels, N of M, and weights of every rank.
const part = inject('whole') ? inject('kitPart') : { number: 3, of: 32 };
registerConformance(
  currentHarness(),
  { describe, it },
  { mostElements: 2 ** 18, laws: [1, 2, 3, 5, 6, 7], part },
);
