import type { Axis } from '@synaprune/axes';
import type { NodeProto } from '@synaprune/onnx';
import type { Attributes } from '@synaprune/onnx/graph';
import type { Carried } from './carried.js';
import type { Needs } from './needs.js';

/** Thrown by a rule that cannot say what its node needs: all that it reads and gives is needed then. */
export class NotKnown extends Error {
  override name = 'NotKnown';
}

/** A node, as the rule sees it that says what it needs and gives. */
export interface DeadCall {
  readonly node: NodeProto;
  readonly op: string;
  readonly attributes: Attributes;
  readonly opset: number;
  /** Whether it names such an input. */
  has(input: number): boolean;
  /** @throws NotKnown where nothing is known of it */
  input(input: number): Carried;
  /** All that it names. @throws NotKnown */
  inputs(): readonly Carried[];
  /** The axes of an output. @throws NotKnown */
  axes(output: number): readonly Axis[];
  /** The integers that an input is, where they are known and no cut changes them. */
  integers(input: number): readonly number[] | undefined;
  readonly needs: Needs;
}

/**
 * What a node needs of the channels that it reads, told to {@link Needs}, and what its outputs carry. Channels that it
 * hands on, each by itself, it does not need.
 *
 * @throws NotKnown
 */
export type DeadRule = (call: DeadCall) => readonly (Carried | undefined)[];
