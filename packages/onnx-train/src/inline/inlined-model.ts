import type { Notice } from '@synaprune/core';
import type { NodeProto } from '@synaprune/onnx';
import { domainOf, type SourceModel } from '@synaprune/onnx/graph';
import type { Refusal } from '../importing/refusal.js';
import type { TrainingStepOptions } from '../options/options.js';

/** A model as a step is made of it: one graph, as far as that is known. */
export interface InlinedModel {
  readonly bytes: Uint8Array;
  readonly source: SourceModel;
  /** Names of tensors as `replaceWeights` takes them, where `source` has others. */
  readonly originals: ReadonlyMap<string, string>;
  /** Why a node could not be written out, by its first output. */
  readonly refusals: ReadonlyMap<string, Refusal>;
  /** Tensors whose numbers decided what was written out: they have to stay as they are. */
  readonly decisive: ReadonlySet<string>;
  /** What does not hold of the graph that it is, though it does of the model. */
  readonly notices: readonly Notice[];
}

/** Whether an operator holds graphs that a step has to write out. */
export function isControlFlow({ opType, domain }: NodeProto): boolean {
  return domainOf(domain) === '' && (opType === 'If' || opType === 'Loop' || opType === 'Scan');
}

/** Whether an operator makes a sequence of tensors or takes one apart. */
const holdsSequence = ({ opType, domain }: NodeProto): boolean =>
  domainOf(domain) === '' && /^(Sequence|SplitToS|ConcatFromS)/.test(opType);

/** A model with nothing to write out, as it is; undefined for any other. */
export function plainModel(
  bytes: Uint8Array,
  source: SourceModel,
  { branches = {} }: Pick<TrainingStepOptions, 'branches'>,
): InlinedModel | undefined {
  const isPlain =
    source.functions.length === 0 && !source.nodes.some((node) => isControlFlow(node) || holdsSequence(node));
  if (!isPlain || Object.keys(branches).length > 0) return undefined;
  return {
    bytes,
    source,
    originals: new Map(),
    refusals: new Map(),
    decisive: new Set(),
    notices: [],
  };
}
