import { registerConformance } from '@synaprune/conformance';
import { describe, inject, it } from 'vitest';
import { currentHarness } from '../../testing/harness.js';
import { useBackend } from '../../testing/use-backend.js';

await useBackend('wasm');
// Memory of WebAssembly, whose kernels @synaprune/host holds to all of it.
registerConformance(currentHarness(), { describe, it }, { part: inject('kitPart') });
// The same operations run through all of it on cpu.
registerConformance(
  currentHarness({ through: 'operations' }),
  { describe, it },
  { part: inject('kitSmoke') },
);
