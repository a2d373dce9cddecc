import { type Graph, numberAt } from '@synaprune/onnx/graph';
import type { SourceNode } from '../lowering.js';

/** Settings and inputs that change what is computed, and that nothing here computes. */
export function refuse(
  graph: Graph,
  { op, inputs, attributes, outputNames }: SourceNode,
  without: {
    readonly inputs?: Readonly<Record<number, string>>;
    readonly attributes?: readonly string[];
    readonly outputs?: Readonly<Record<number, string>>;
  },
): void {
  const what =
    Object.entries(without.inputs ?? {}).find(([at]) => inputs[Number(at)] !== undefined)?.[1] ??
    without.attributes?.find((name) => numberAt(attributes, name, 0) !== 0) ??
    Object.entries(without.outputs ?? {}).find(([at]) => outputNames[Number(at)])?.[1];
  if (what === undefined) return;
  graph.unsupported(
    `${op} with ${what} has no gradient rule`,
    'export without it, or take the model as it was before it was optimised',
  );
}

/** What scores are multiplied by: the root of a head's size unless told. */
export const scaleOf = ({ attributes }: SourceNode, size: number): number => {
  const given = numberAt(attributes, 'scale', 0);
  return given === 0 ? 1 / Math.sqrt(size) : given;
};
