import { registerConformance } from '@synaprune/conformance';
import { currentHarness } from '../../testing/harness.js';
import { someLaws } from '../../testing/some-laws.js';
import { useInChromium } from '../../testing/use-in-chromium.js';

await useInChromium('webgpu');
registerConformance(
  currentHarness(),
  someLaws((law) => law > 3),
  { mostElements: 2 ** 18 },
);
