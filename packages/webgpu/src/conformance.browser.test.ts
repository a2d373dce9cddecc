import { registerConformance } from '@synaprune/conformance';
import { afterAll, describe, expect, inject, it } from 'vitest';
import { createHarness } from './testing/harness.js';
import { useDawn } from './testing/use-dawn.js';

const page = await useDawn();
// A browser test without its device would show nothing: Chromium is started with one.
if ('missing' in page) throw new Error(page.missing);

const device = await page.device(page.subgroups ? { requiredFeatures: ['subgroups'] } : {});
// The same kernels run through all of it in Node.
registerConformance(
  createHarness(`webgpu, ${page.driver}`, { device }),
  { describe, it },
  { mostElements: 2 ** 18, part: inject('kitGlance') },
);

it('has had no error from the device', () => {
  expect(page.errors).toEqual([]);
});

afterAll(() => page.close());
