import type { Attributes, Value } from '@synaprune/onnx/graph';
import type { TrainingGraph } from '../tape/tape.js';

/** A node of the model, its inputs read. */
export interface SourceNode {
  readonly op: string;
  readonly domain: string;
  readonly name: string;
  readonly inputs: readonly (Value | undefined)[];
  readonly attributes: Attributes;
  readonly outputNames: readonly string[];
  /** The version of the standard operators that the node is written for. */
  readonly opset: number;
}

/** Statistics that batch normalisation carries from step to step. */
export interface RunningStatistic {
  readonly source: Value;
  readonly updated: Value;
}

/** States that one direction of a recurrent layer goes through, `[batch, hidden]` each, a step after another. */
export interface RecurrentStates {
  /** What each step reads. */
  readonly before: readonly Value[];
  /** What each step gives. */
  readonly after: readonly Value[];
}

/** What lowering may ask for and leave behind. */
export interface LoweringContext {
  readonly graph: TrainingGraph;
  readonly lowerings: Lowerings;
  /** Shapes of values that are as large as their data say, by name. */
  readonly shapes: Readonly<Record<string, readonly number[]>>;
  readonly trainsDropout: boolean;
  readonly trainsBatchNormalization: boolean;
  /** A graph input of uniform random numbers in [0, 1), and one of the probability where the caller feeds that. */
  randomInput(
    shape: readonly number[],
    probability: number,
  ): { readonly numbers: Value; readonly rate: Value | undefined };
  /** A running statistic as state of the step: what it is at the start of the step. */
  buffer(statistic: Value, kind: 'mean' | 'variance'): Value;
  /** What a buffer becomes at the end of the step. */
  updateBuffer(statistic: Value, updated: Value): void;
  /** The states of a layer, direction by direction, by the kernel that its recurrence reads. */
  noteStates(recurrent: Value, states: readonly RecurrentStates[]): void;
}

/**
 * Rewrites a node in terms of what a step graph holds: one form of each operator, shapes spelled out. Returns
 * the values of its outputs.
 */
export type Lowering = (context: LoweringContext, node: SourceNode) => readonly (Value | undefined)[];

/** Rewrites by operator, those of another domain as `domain::Name`. */
export type Lowerings = Readonly<Record<string, Lowering>>;
