import { registerConformance } from '@synaprune/conformance';
import { afterAll, describe, it } from 'vitest';
import { createFileHarness } from '../testing/file-harness.js';

const { harness, close } = await createFileHarness();

registerConformance(harness, { describe, it }, { mostElements: 2 ** 20 });

afterAll(close);
