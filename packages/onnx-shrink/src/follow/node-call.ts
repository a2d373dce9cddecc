import type { AxedValue, Axes, Axis, Dim, KnownSize, Place } from '@synaprune/axes';
import type { GraphProto, NodeProto, ValueInfoProto } from '@synaprune/onnx';
import type { Attribute, Attributes } from '@synaprune/onnx/graph';
import type { GraphValue } from './graph-value.js';

/**
 * Thrown by a rule that cannot follow its node: all axes that it reads and makes stay. The message says why, as what
 * stands behind `node "split" (Split), axis 1: `.
 */
export class NotFollowed extends Error {
  override name = 'NotFollowed';
}

/** Thrown by an edit that cannot tell its node what it needs: all axes that the node reads and makes stay. */
export class NotWritable extends Error {
  override name = 'NotWritable';
}

/** A node as its rule sees it. */
export interface NodeCall {
  readonly node: NodeProto;
  readonly op: string;
  readonly attributes: Attributes;
  readonly opset: number;
  readonly place: Place;
  readonly axes: Axes;
  /** How many outputs it names. */
  readonly outputs: number;
  /** Whether it names such an input. */
  has(input: number): boolean;
  /** @throws NotFollowed when nothing is known of it */
  input(input: number): GraphValue;
  /** All inputs that it names. @throws NotFollowed */
  inputs(): readonly GraphValue[];
  /** The elements of an input that says how something is to be done. Undefined where they are not known. */
  sizes(input: number): readonly (KnownSize | undefined)[] | undefined;
  /** The same where all are numbers that no cut changes. Undefined where they are not, or the input is missing. */
  numbers(input: number): readonly number[] | undefined;
  /** The same as `input`, undefined where nothing is known of it or it is not there. */
  value(input: number): GraphValue | undefined;
  /** A graph that the node has for an attribute. @throws NotFollowed when there is none of that name */
  body(attribute: string): Body;
  /** The declared shape of an output, where the file tells. */
  declared(output: number): readonly Dim[] | undefined;
  /** A size that only a run knows. */
  open(what: string): Dim;
}

/** A graph inside a node, such as a branch of `If`. */
export interface Body {
  readonly graph: GraphProto;
  /** The declared shape of an input or output. */
  declared(info: ValueInfoProto | undefined): readonly Dim[] | undefined;
  /**
   * Follows it in what lies around its node.
   *
   * @param given what its inputs are; as they are declared where it says nothing
   * @returns its outputs, undefined where nothing is known of one
   */
  follow(given: readonly (GraphValue | undefined)[]): readonly (GraphValue | undefined)[];
  /** All axes of all that is in it stay. */
  hold(what: string): void;
}

/** What a node becomes when the model is cut. */
export interface NodeEdit {
  /** The indices of an axis that stay, or undefined where all do. */
  keptOf(axis: Axis): readonly number[] | undefined;
  /** How long an axis is then. */
  lengthOf(axis: Axis): Dim;
  /** Sets an attribute. */
  attribute(name: string, value: Attribute): void;
  /** Removes an attribute. */
  removeAttribute(name: string): void;
  /** Makes an input a vector of these numbers, or one number. */
  integers(input: number, numbers: readonly number[] | number): void;
  /**
   * Makes an input that is computed give `wanted` where it would give something else: elements that are undefined are
   * left as they come.
   */
  correct(
    input: number,
    sizes: readonly (KnownSize | undefined)[],
    wanted: readonly (number | undefined)[],
  ): void;
  /** Makes it another operator. */
  operator(op: string): void;
}

/** What a rule says of its node. */
export interface Followed {
  /** Undefined where nothing is known of one. */
  readonly outputs: readonly (GraphValue | AxedValue | undefined)[];
  /** What the node needs when axes lose something. */
  readonly edit?: (edit: NodeEdit) => void;
  /** Of every product in it: axes whose lengths multiply to the multiply-adds of a run. */
  readonly multiplyAdds?: readonly (readonly Axis[])[];
}

/**
 * How the axes of an operator's inputs become those of its outputs.
 *
 * @throws NotFollowed when they cannot be followed
 * @throws SizesDiffer when they do not fit
 */
export type Rule = (call: NodeCall) => Followed;

/** What an axis that no rule follows is held by. */
export const NOT_FOLLOWED = 'nothing is known of what it does to the axis';
