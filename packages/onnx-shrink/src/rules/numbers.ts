import { elementsOf } from '@synaprune/core/checks';
import { tensorToFloat32 } from '@synaprune/onnx';
import type { GraphValue } from '../follow/graph-value.js';

/** The one number of a tensor of the file, or undefined where it is another. */
export function readNumber({ tensor }: GraphValue): number | undefined {
  return tensor !== undefined && elementsOf(tensor.shape) === 1 ? readNumbers({ tensor })?.[0] : undefined;
}

/** The numbers of a short tensor of the file. */
export function readNumbers({ tensor }: Pick<GraphValue, 'tensor'>): readonly number[] | undefined {
  if (tensor === undefined || elementsOf(tensor.shape) > 64 || tensor.message.externalData.length > 0)
    return undefined;
  return Array.from(tensorToFloat32(tensor.message));
}
