import { registerConformance } from '@synaprune/conformance';
import { describe, inject, it } from 'vitest';
import { currentHarness } from '../../testing/harness.js';
import { useBackend } from '../../testing/use-backend.js';

await useBackend('late');
// The same operations run through all of it on cpu, where they answer at once.
registerConformance(currentHarness(), { describe, it }, { mostElements: 2 ** 20, part: inject('kitSmoke') });
