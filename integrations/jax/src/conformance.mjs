// @ts-check
import { parseArgs } from 'node:util';
import { runConformance } from '@synaprune/conformance';

// In this order: the counter must be there before jax-js is loaded.
const { liveCounter } = await import('./live.mjs');
const { jaxHarness } = await import('./harness.mjs');

const { values } = parseArgs({ options: { 'most-elements': { type: 'string' }, parts: { type: 'string' } } });
const { 'most-elements': limit, parts } = values;
const options = {
  ...(limit === undefined ? {} : { mostElements: Number(limit) }),
  // The first of so many parts of the kit.
  ...(parts === undefined ? {} : { part: { number: 1, of: Number(parts) } }),
};

const harness = jaxHarness('wasm', await liveCounter('wasm'));
const { passed, failed, skipped, results } = await runConformance(harness, options);
for (const { status, law, name, reason, error } of results) {
  if (status === 'skipped') console.log(`skipped: law ${law}, ${name}: ${reason}`);
  if (status === 'failed') console.log(`failed: law ${law}, ${name}:`, error);
}
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exitCode = failed === 0 ? 0 : 1;
