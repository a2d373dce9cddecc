import type { Value } from '@synaprune/onnx/graph';
import type { SourceNode } from '../lower/lowering.js';

/** Carries another batch through a model that was exported with a batch of one. */
export interface Rebatching {
  /** The inputs of a node as the larger batch needs them. @throws PruneError `unsupported-operator` */
  before(node: SourceNode, names: readonly string[]): readonly (Value | undefined)[];
  /** Looks at what a node gave. @throws PruneError `unsupported-operator` where samples do not lie apart */
  after(op: string, outputs: readonly (Value | undefined)[], names: readonly string[]): void;
  /** An input of the model, and the axis along which its samples lie. */
  input(name: string, axis: number): void;
}
