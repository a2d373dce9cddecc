import { registerConformance } from '@synaprune/conformance';
import { describe, inject, it } from 'vitest';
import { createHarness } from '../testing/harness.js';
import { useNode } from '../testing/runtimes.js';

// The same kernels run through all of it in @synaprune/host.
registerConformance(await createHarness(await useNode()), { describe, it }, { part: inject('kitPart') });
