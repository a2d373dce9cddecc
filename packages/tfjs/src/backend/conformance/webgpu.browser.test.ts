import { registerConformance } from '@synaprune/conformance';
import { describe, it } from 'vitest';
import { currentHarness } from '../../testing/harness.js';
import { useInChromium } from '../../testing/use-in-chromium.js';

await useInChromium('webgpu');
// In one file: every page compiles all of tfjs's programs anew, which takes longer than running them.
registerConformance(currentHarness(), { describe, it }, { mostElements: 2 ** 18 });
