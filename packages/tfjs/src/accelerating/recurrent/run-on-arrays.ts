import { type RecurrentWeights, runRecurrent } from '@synaprune/sparse';
import type { TensorStore } from '../../internals/tensor-store.js';
import { STATES } from './cells.js';
import type { LayerResult, LayerRun } from './run-layer.js';
import { turnSteps } from './turn-steps.js';

/** Runs a layer as `runLayer` does, where there is no machine; `undefined` where not all is finite. */
export function runOnArrays(
  store: TensorStore,
  cells: readonly RecurrentWeights[],
  { inputs, mask, states: before = [], backwards, sequences }: LayerRun,
): LayerResult | undefined {
  const [samples, steps] = inputs.shape as [number, number];
  const starts = before.map((state) => store.values(state));
  const last = cells.length - 1;
  let values = store.values(inputs);
  let counts = mask && store.values(mask);
  // In the order of tfjs: those of the last cell first.
  let states: { readonly values: Float32Array; readonly shape: number[] }[] = [];
  for (const [i, weights] of cells.entries()) {
    if (i === 1 && backwards && counts !== undefined) {
      const turned = new Float32Array(samples * steps);
      turnSteps(counts, turned, samples, steps);
      counts = turned;
    }
    const [state, cell] = starts.splice(-STATES[weights.cell]);
    const result = runRecurrent(weights, values, {
      ...{ steps, sequences: i < last || sequences, backwards: backwards && i === 0 },
      ...(counts && { mask: counts }),
      ...(state && { state }),
      ...(cell && { cell }),
    });
    if (!result.wasFinite) return undefined;
    values = result.outputs;
    const own = [result.state, ...(result.cell ? [result.cell] : [])];
    states = [...own.map((numbers) => ({ values: numbers, shape: [samples, weights.units] })), ...states];
  }
  const { units } = cells[last]!;
  const shape = sequences ? [samples, steps, units] : [samples, units];
  return {
    outputs: store.create(values, shape),
    states: states.map((state) => store.create(state.values, state.shape)),
  };
}
