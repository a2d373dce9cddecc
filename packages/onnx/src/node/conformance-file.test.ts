import { registerConformance } from '@synaprune/conformance';
import { afterAll, describe, inject, it } from 'vitest';
import { createFileHarness } from '../testing/file-harness.js';

const { harness, close } = await createFileHarness();

// The same kernels run through all of it in @synaprune/host.
registerConformance(harness, { describe, it }, { mostElements: 2 ** 20, part: inject('kitPart') });

afterAll(close);
