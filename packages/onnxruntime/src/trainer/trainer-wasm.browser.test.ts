import { registerConformance } from '@synaprune/conformance';
import { describe, it } from 'vitest';
import { createHarness } from '../testing/harness.js';
import { trainerCases } from '../testing/trainer-cases.js';
import { useWasmInPage } from '../testing/use-in-chromium.js';

const runtime = await useWasmInPage();

describe('a trainer in Chromium, wasm', () => trainerCases(runtime, { longRun: 400 }));

registerConformance(await createHarness(runtime), { describe, it }, { mostElements: 2 ** 14 });
