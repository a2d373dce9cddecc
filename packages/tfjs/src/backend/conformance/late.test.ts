import { registerConformance } from '@synaprune/conformance';
import { describe, it } from 'vitest';
import { currentHarness } from '../../testing/harness.js';
import { useBackend } from '../../testing/use-backend.js';

await useBackend('late');
registerConformance(currentHarness(), { describe, it }, { mostElements: 2 ** 20 });
