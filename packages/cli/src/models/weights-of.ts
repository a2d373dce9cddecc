import { findWeights, type OnnxWeight } from '@synaprune/onnx';
import { findTfjsWeights } from '@synaprune/tfjs-files';
import type { ModelFile } from './open-model.js';

/** One tensor of a model, whatever its format. */
export interface LookedAt
  extends Pick<
    OnnxWeight,
    'name' | 'place' | 'shape' | 'dataType' | 'elements' | 'role' | 'pruned' | 'reason'
  > {
  /** `null` where they cannot be told. */
  readonly zeros: number | null;
  /** Of a `.tflite`: `sparse` where the file holds only the values that are left. */
  readonly stored?: 'dense' | 'sparse';
}

/** The tensors of a model. */
export function weightsOf(model: ModelFile): LookedAt[] {
  const found = model.format === 'onnx' ? findWeights(model.bytes) : findTfjsWeights(model.artifacts);
  return found.map((weight) => {
    const { name, place, shape, elements, role, pruned, reason, zeros } = weight;
    const dataType = 'dataType' in weight ? weight.dataType : weight.dtype;
    return {
      ...{ name, place, shape, dataType: dataType as OnnxWeight['dataType'], elements },
      ...{ role: role as OnnxWeight['role'], pruned, reason, zeros: zeros ?? null },
    };
  });
}

/** Whether a kernel was pruned and stored sparse: nothing more can be dropped from it. */
export function isStoredSparse({ role, stored }: LookedAt): boolean {
  return stored === 'sparse' && /kernel$/.test(role);
}

/** How many numbers are in the kernels that can be pruned or are stored sparse, and how many of them are zero. */
export function zerosOf(weights: readonly LookedAt[]): { readonly prunable: number; readonly zeros: number } {
  const kernels = weights.filter((weight) => weight.pruned || isStoredSparse(weight));
  return {
    prunable: kernels.reduce((sum, { elements }) => sum + elements, 0),
    zeros: kernels.reduce((sum, { zeros }) => sum + (zeros ?? 0), 0),
  };
}
