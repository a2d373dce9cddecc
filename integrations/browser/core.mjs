/* Arrays of a page, on the host backend. */
import { constantSparsity, createPruner } from '@synaprune/core';
import { hostBackend, usualKernels } from '@synaprune/host';

/** @param {{ kernels: string }} expected */
export async function trial(expected) {
  const weight = Float32Array.from({ length: 64 }, (_, i) => (i % 2 === 0 ? 1 : -1) * (i + 1));
  const pruner = createPruner({
    backend: hostBackend(),
    weights: [{ name: 'kernel', weight }],
    schedule: constantSparsity(0.75),
  });
  await pruner.update(0);
  pruner.dispose();
  const { kernels, message } = usualKernels();
  if (kernels !== expected.kernels) throw new Error(`needed ${expected.kernels}, got ${kernels}: ${message}`);
  if (weight.findIndex((value) => value !== 0) !== 48) throw new Error(`left ${weight}`);
  return message;
}
