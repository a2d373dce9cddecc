/* What a user writes whose own files are CommonJS: from TypeScript 5.8 on. */
import { constantSparsity, createPruner, type Pruner } from '@synaprune/core';
import { hostBackend } from '@synaprune/host';
import { findWeights } from '@synaprune/onnx';

export const pruner: Pruner = createPruner({
  backend: hostBackend(),
  weights: [{ name: 'kernel', weight: new Float32Array(4) }],
  schedule: constantSparsity(0.5),
});
export const names = (bytes: Uint8Array): string[] => findWeights(bytes).map(({ name }) => name);
