/* The conformance kit without a test runner, on the host backend and on one that breaks a law. */
import assert from 'node:assert/strict';
import { runConformance } from '@synaprune/conformance';
import { hostBackend } from '@synaprune/host';

/** @param {() => ReturnType<typeof hostBackend>} createBackend */
const run = (createBackend) =>
  runConformance(
    {
      name: 'host',
      createBackend,
      createWeight: (values, shape) => ({ values: values.slice(), shape }),
      readWeight: (weight) => weight.values.slice(),
      writeWeight: (weight, values) => weight.values.set(values),
      disposeWeight: () => {},
    },
    // Every case is loaded for any law; that all of them pass here is for the host's own tests.
    { laws: [4, 5] },
  );

const sound = await run(hostBackend);
assert.equal(sound.failed, 0);
assert.ok(sound.passed > 20, `needed more than 20 cases, got ${sound.passed}`);

const lazy = await run(() => ({ ...hostBackend(), enforce: () => {} }));
assert.ok(lazy.failed > 0, 'a backend that never enforces must fail');
