import { registerConformance } from '@synaprune/conformance';
import { describe, inject, it } from 'vitest';
import { adapterCases } from '../testing/adapter-cases.js';
import { createHarness } from '../testing/harness.js';
import { trainerCases } from '../testing/trainer-cases.js';
import { useWasmInPage } from '../testing/use-in-chromium.js';

const runtime = await useWasmInPage();

describe('a trainer in Chromium, wasm', () => {
  trainerCases(runtime, { longRun: 0 });
  adapterCases(runtime);
});

// What is chosen (laws 1 to 4) is the same WebAssembly in Node, where all laws are checked.
const laws = [5, 6, 7, 8, 9] as const;
registerConformance(
  await createHarness(runtime),
  { describe, it },
  { mostElements: 2 ** 14, laws, part: inject('kitSmoke') },
);
