import * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { patchMethod } from '../../internals/patch-method.js';
import { isInference, type LiveLayer } from '../live-layer.js';
import { stationOf } from '../machine/station.js';
import { compileProgram } from './compile-program.js';

/**
 * Lets a model predict by a program where it can: what tfjs does between the layers takes longer than small layers do.
 *
 * @returns to be called when it is to predict by its layers again
 */
export function runAsProgram(model: LayersModel, live: readonly LiveLayer[]): () => void {
  const program = compileProgram(model, new Map(live.map((one) => [one.found.layer, one])));
  if (program === undefined) return () => {};
  const run = (x: unknown): tf.Tensor | undefined => {
    if (!isTensor(x) || x.isDisposed || !isInference() || !program.isCurrent()) return undefined;
    const { machine } = stationOf(tf.backend())!;
    if (machine === undefined) return undefined;
    return program.run(machine, x);
  };
  const releases = [
    patchMethod(model, 'predict', (inner) => (x, args) => (isPlain(args) && run(x)) || inner(x, args)),
    patchMethod(model, 'predictOnBatch', (inner) => (x) => run(x) ?? inner(x)),
  ];
  return () => {
    for (const release of releases) release();
  };
}

/** Whether a prediction is asked for as usual: how many samples tfjs takes at once changes nothing of it. */
function isPlain(args: { readonly batchSize?: number } | undefined): boolean {
  if (args === undefined) return true;
  const { batchSize = 1, ...others } = args;
  return Number.isInteger(batchSize) && batchSize > 0 && Object.keys(others).length === 0;
}

function isTensor(value: unknown): value is tf.Tensor {
  return value instanceof tf.Tensor;
}
