import { registerConformance } from '@synaprune/conformance';
import { describe, it } from 'vitest';
import { createHarness } from '../testing/harness.js';
import { useWasm } from '../testing/runtimes.js';

registerConformance(await createHarness(await useWasm()), { describe, it }, { mostElements: 2 ** 20 });
