import type { Lengths } from '@synaprune/axes';
import { create, TensorShapeProto_DimensionSchema, type ValueInfoProto } from '@synaprune/onnx';
import type { GraphValue } from '../follow/graph-value.js';
import type { Scope } from '../follow/scope.js';

/**
 * Puts right what a graph declares of shapes. What is declared of values that nothing is known of is dropped, of
 * values in between; inputs and outputs keep it, as what is known of none was held.
 */
export function correctDeclared({ graph, values }: Scope, lengths: Lengths): void {
  graph.valueInfo = graph.valueInfo.filter((info) => {
    const value = values.get(info.name);
    return value !== undefined && correct(info, value, lengths);
  });
  for (const info of [...graph.input, ...graph.output]) {
    const value = values.get(info.name);
    if (value !== undefined) correct(info, value, lengths);
  }
}

/** @returns whether what is declared has as many axes as the value */
function correct({ type }: ValueInfoProto, { axes }: GraphValue, { shrinks, lengthOf }: Lengths): boolean {
  if (type?.value.case !== 'tensorType') return false;
  const { shape } = type.value.value;
  if (shape === undefined) return true;
  if (shape.dim.length !== axes.length) return false;
  for (const [i, axis] of axes.entries()) {
    if (!shrinks(axis)) continue;
    const length = lengthOf(axis);
    shape.dim[i] = create(
      TensorShapeProto_DimensionSchema,
      typeof length === 'number' ? { value: { case: 'dimValue', value: BigInt(length) } } : {},
    );
  }
  return true;
}
