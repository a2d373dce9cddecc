import { registerConformance } from '@synaprune/conformance';
import { describe, inject, it } from 'vitest';
import { createHarness } from '../testing/harness.js';
import { useWasm } from '../testing/runtimes.js';

// The same kernels run through all of it in @synaprune/host.
registerConformance(
  await createHarness(await useWasm()),
  { describe, it },
  { mostElements: 2 ** 20, part: inject('kitPart') },
);
