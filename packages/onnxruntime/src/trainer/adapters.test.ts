import { describe } from 'vitest';
import { adapterCases } from '../testing/adapter-cases.js';
import { useNode, useWasm } from '../testing/runtimes.js';

const runtimes = [await useNode(), await useWasm()];

for (const runtime of runtimes) {
  describe(`adapters on ${runtime.name}`, () => adapterCases(runtime));
}
