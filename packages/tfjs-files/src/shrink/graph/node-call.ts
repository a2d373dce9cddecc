import type { AxedValue, Axes, Axis, Dim, KnownSize, Lengths, Place } from '@synaprune/axes';
import type { AttributeValue, WritableAttribute } from '../../graph-model/attributes.js';
import type { GraphNode } from '../../graph-model/graph-model.js';
import type { ModelValue } from '../follow/followed.js';

/** A node as its rule sees it. */
export interface NodeCall {
  readonly node: GraphNode;
  readonly op: string;
  readonly place: Place;
  readonly axes: Axes;
  /** How many inputs it has. */
  readonly count: number;
  attribute(name: string): AttributeValue | undefined;
  /** @throws NotFollowed when nothing is known of it */
  input(input: number): ModelValue;
  /** All inputs, or the first of them. @throws NotFollowed */
  inputs(count?: number): readonly ModelValue[];
  /** Undefined where nothing is known of it. */
  maybe(input: number): ModelValue | undefined;
  /** The elements of an input that says how something is to be done. Undefined where they are not known. */
  sizes(input: number): readonly (KnownSize | undefined)[] | undefined;
  /** The same where all are numbers that no cut changes. @throws NotFollowed where they are not */
  numbers(input: number): readonly number[];
  /** The same of a weight of whole numbers with any number of axes. @throws NotFollowed */
  wholes(input: number): readonly number[];
  /** The one number of a weight, of whatever type, where it has one. */
  number(input: number): number | undefined;
  /** A size that only a run knows. */
  open(what: string): Dim;
}

/** What a node becomes when the model is cut. */
export interface NodeEdit extends Lengths {
  attribute(name: string, value: WritableAttribute): void;
  /** Makes an input a vector of these numbers, or one number. */
  integers(input: number, numbers: readonly number[] | number): void;
  /** Makes an input a matrix of these numbers, row-major. */
  matrix(input: number, shape: readonly number[], numbers: readonly number[]): void;
  /** Makes an input that is computed give `wanted`; elements that are undefined are left as they come. */
  correct(
    input: number,
    sizes: readonly (KnownSize | undefined)[],
    wanted: readonly (number | undefined)[],
  ): void;
  /** Makes it another operator of inputs that it has, by their numbers, and of lists of whole numbers. */
  rewrite(op: string, inputs: readonly (number | readonly number[])[]): void;
}

/** What a rule says of its node. */
export interface FollowedNode {
  /** Undefined where nothing is known of one. */
  readonly outputs: readonly (ModelValue | AxedValue | undefined)[];
  /** What the node needs when axes lose something. */
  readonly edit?: (edit: NodeEdit) => void;
  /** Axes whose lengths multiply to the multiply-adds of a run. */
  readonly multiplyAdds?: readonly Axis[];
}

/**
 * How the axes of an operator's inputs become those of its outputs.
 *
 * @throws NotFollowed when they cannot be followed
 * @throws SizesDiffer when they do not fit
 */
export type Rule = (call: NodeCall) => FollowedNode;
