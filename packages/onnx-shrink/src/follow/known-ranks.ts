import type { NodeProto } from '@synaprune/onnx';
import { domainOf } from '@synaprune/onnx/graph';
import type { GraphValue } from './graph-value.js';

/** Operators whose first input has as many axes as their second. */
const AS_SECOND: ReadonlySet<string> = new Set(['Conv', 'ConvTranspose', 'ConvInteger']);

/** Operators whose first input has so many axes always. */
const ALWAYS: Readonly<Record<string, number>> = { LSTM: 3, GRU: 3, RNN: 3, Gemm: 2 };

/**
 * How many axes the first input of a node has, where the operator says so: of what a model leaves open its weights are
 * all that is known, and what they make can be followed all the same.
 */
export function rankOfFirst(
  { opType, domain }: NodeProto,
  inputs: readonly (GraphValue | undefined)[],
): number | undefined {
  if (domainOf(domain) !== '') return undefined;
  return AS_SECOND.has(opType) ? inputs[1]?.axes.length : ALWAYS[opType];
}
