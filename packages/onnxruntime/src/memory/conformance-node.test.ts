import { registerConformance } from '@synaprune/conformance';
import { describe, it } from 'vitest';
import { createHarness } from '../testing/harness.js';
import { useNode } from '../testing/runtimes.js';

registerConformance(await createHarness(await useNode()), { describe, it });
