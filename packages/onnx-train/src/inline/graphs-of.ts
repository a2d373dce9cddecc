import type { AttributeProto, GraphProto } from '@synaprune/onnx';

/** The graphs that an attribute holds, such as a branch of an `If`. */
export const graphsOf = ({ g, graphs }: AttributeProto): readonly GraphProto[] => [
  ...(g ? [g] : []),
  ...graphs,
];
