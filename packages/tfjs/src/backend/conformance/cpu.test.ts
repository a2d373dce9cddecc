import { registerConformance } from '@synaprune/conformance';
import { describe, it } from 'vitest';
import { currentHarness } from '../../testing/harness.js';
import { useBackend } from '../../testing/use-backend.js';

await useBackend('cpu');
registerConformance(currentHarness(), { describe, it });
registerConformance(currentHarness({ through: 'operations' }), { describe, it });
