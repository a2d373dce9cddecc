import { type Attributes, createGraph, type Graph, type Value } from '@synaprune/onnx/graph';
import type { GradientRule } from './gradient-rule.js';
import { insteadOf } from './refusals.js';

/** One differentiable computation, a node or several with a gradient of their own. */
export interface TapeRecord {
  readonly op: string;
  readonly domain: string;
  readonly place: string;
  readonly inputs: readonly (Value | undefined)[];
  readonly outputs: readonly Value[];
  readonly attributes: Attributes;
  /** Overrides the operator's rule. */
  readonly rule?: GradientRule;
}

/** What was computed, in order. */
export interface Tape {
  readonly records: TapeRecord[];
  paused: boolean;
}

/** A graph under construction that keeps what gradients are taken of. */
export interface TrainingGraph extends Graph {
  /** What was differentiably computed so far; nothing is recorded while it is paused. */
  readonly tape: Tape;
}

/** An empty graph whose generated names start with `prefix`, and an empty tape. */
export function createTrainingGraph(prefix: string, opset: number): TrainingGraph {
  const tape: Tape = { records: [], paused: false };
  const graph = createGraph(prefix, opset, {
    purpose: 'a training step',
    insteadOf,
    added: (node) => {
      if (!tape.paused) tape.records.push({ ...node, place: graph.place });
    },
  });
  // The same object: the place where it stands is written into it.
  return Object.assign(graph, { tape });
}

/**
 * Runs `compute` as one differentiable step with a gradient of its own: what it adds in between is not looked
 * into.
 */
export function composite(
  graph: TrainingGraph,
  op: string,
  inputs: readonly (Value | undefined)[],
  compute: () => readonly Value[],
  rule: GradientRule,
): readonly Value[] {
  const outputs = withoutTape(graph, compute);
  if (!graph.tape.paused) {
    graph.tape.records.push({ op, domain: '', place: graph.place, inputs, outputs, attributes: {}, rule });
  }
  return outputs;
}

/** Runs `compute` with nothing recorded: what it returns is a constant to gradients. */
export function withoutTape<Result>(graph: TrainingGraph, compute: () => Result): Result {
  const { paused } = graph.tape;
  graph.tape.paused = true;
  try {
    return compute();
  } finally {
    graph.tape.paused = paused;
  }
}
