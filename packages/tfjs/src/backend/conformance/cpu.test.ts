import { registerConformance } from '@synaprune/conformance';
import { describe, inject, it } from 'vitest';
import { currentHarness } from '../../testing/harness.js';
import { useBackend } from '../../testing/use-backend.js';

await useBackend('cpu');
// Memory of the host, whose kernels @synaprune/host holds to all of it.
registerConformance(currentHarness(), { describe, it }, { part: inject('kitPart') });
registerConformance(
  currentHarness({ through: 'operations' }),
  { describe, it },
  inject('whole') ? {} : { mostElements: 2 ** 20 },
);
