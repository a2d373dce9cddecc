import { PruneError } from '@synaprune/core';
import type { GraphProto, NodeProto } from '@synaprune/onnx';
import { tensorToFloat32 } from '@synaprune/onnx';
import {
  domainOf,
  type ElementType,
  graphsOf,
  integerFormat,
  isFloat,
  readAttributes,
  typeOf,
} from '@synaprune/onnx/graph';
import type { Analysis } from '../analysis/analyse.js';
import type { FileTensor, GraphValue } from '../follow/graph-value.js';
import { readFloats } from '../plan/read-floats.js';
import { type Carried, carried, carriedNumbers, unknownNumbers } from './carried.js';
import { type DeadCall, NotKnown } from './dead-call.js';
import { type CollectedNeeds, collectNeeds } from './needs.js';
import { deadRuleOf } from './rules/rules.js';

/** What a model needs of its channels, and what its values carry. */
export interface WalkedModel {
  readonly needs: CollectedNeeds;
  readonly carried: ReadonlyMap<string, Carried>;
}

/** Walks over the nodes of a model's own graph. What graphs inside of it read is needed. */
export function walkModel({ model, followed, channels }: Analysis): WalkedModel {
  const needs = collectNeeds(channels);
  const values = new Map<string, Carried>();
  const depths = new Map<string, number>();
  const graph = model.graph!;
  const replaceable = replaceableOf(graph, Number(model.irVersion));
  const opset = Number(model.opsetImport.find(({ domain }) => domainOf(domain) === '')?.version ?? 1n);
  for (const { place, axes } of followed.tensors) {
    if (place !== 'graph') for (const axis of axes) needs.require(axis);
  }
  const start = (name: string, value: GraphValue) => {
    const { tensor } = value;
    const known = tensor !== undefined && !replaceable.has(name) ? carriedTensor(tensor) : undefined;
    values.set(name, known ?? carried(value.axes, { finite: () => true }));
  };
  const made = new Set(graph.node.flatMap(({ output }) => output));
  for (const [name, value] of followed.values) {
    if (!made.has(name) || value.tensor?.constant !== undefined) start(name, value);
  }
  for (const node of graph.node) {
    const outputs = node.output.map((name) => followed.values.get(name));
    if (outputs.some((output) => output?.tensor?.constant === node)) continue;
    const inputs = node.input.map((name) => values.get(name));
    const given = give(callOf(node, inputs, { outputs, followed, opset, needs }));
    for (const [i, name] of node.output.entries()) {
      const value = outputs[i];
      if (name === '' || value === undefined) continue;
      const from = inputs.filter((input) => input !== undefined);
      const known = given?.[i] ?? unknownNumbers(value.axes, from);
      const depth = 1 + Math.max(0, ...node.input.map((each) => depths.get(each) ?? 0));
      // What is asked of the last node of a chain would be asked of all before it, each in a call of the next.
      if (depth === MOST_UNASKED) askAll(known);
      values.set(name, known);
      depths.set(name, depth % MOST_UNASKED);
    }
    if (given !== undefined) continue;
    for (const name of [...node.input, ...node.output, ...capturedBy(node)]) {
      for (const axis of followed.values.get(name)?.axes ?? []) needs.require(axis);
    }
  }
  return { needs, carried: values };
}

/** Nodes in a row that nothing has been asked of. */
const MOST_UNASKED = 200;

/** Has all answers worked out, which keep them. */
function askAll(value: Carried): void {
  value.finite();
  value.numbers();
  value.everywhere();
  for (const axis of value.axes.keys()) value.along(axis);
}

/** What a node gives, or undefined where that and what it needs is not known. */
function give(call: DeadCall): readonly (Carried | undefined)[] | undefined {
  const { domain, attribute } = call.node;
  if (attribute.some((each) => graphsOf(each).length > 0)) return undefined;
  try {
    return deadRuleOf(domainOf(domain), call.op)?.(call);
  } catch (error) {
    if (error instanceof NotKnown) return undefined;
    throw error;
  }
}

/** Names that graphs inside of a node read, those of their own among them. */
function capturedBy({ attribute }: NodeProto): string[] {
  return attribute
    .flatMap(graphsOf)
    .flatMap(({ node, output }) => [
      ...output.map(({ name }) => name),
      ...node.flatMap((inner) => [...inner.input, ...capturedBy(inner)]),
    ]);
}

/** Tensors that a run may be fed others for. */
function replaceableOf(graph: GraphProto, irVersion: number): ReadonlySet<string> {
  // Before version 4 every tensor had to be among the inputs, and none was meant to be fed.
  return new Set(irVersion < 4 ? [] : graph.input.map(({ name }) => name));
}

/** A tensor of the file, where its elements are numbers that are known exactly enough. */
function carriedTensor(tensor: FileTensor): Carried | undefined {
  const type = typeOf(tensor.message.dataType);
  if (type === undefined || type === 'float64' || !isNumeric(type)) return undefined;
  return carriedNumbers(tensor.axes, type, () => ({ data: floatsOf(tensor), shape: tensor.shape, type }));
}

function isNumeric(type: ElementType): boolean {
  return (
    ['float32', 'float16', 'bfloat16', 'bool'].includes(type) ||
    (!isFloat(type) && integerFormat(type) !== undefined)
  );
}

function floatsOf(tensor: FileTensor): Float32Array {
  const { message } = tensor;
  if (message.externalData.length > 0) {
    throw new PruneError('external-data', `tensor "${tensor.name}" has its data in another file`);
  }
  return typeOf(message.dataType) === 'float32' ? readFloats(tensor) : tensorToFloat32(message);
}

interface Around {
  readonly outputs: readonly (GraphValue | undefined)[];
  readonly followed: Analysis['followed'];
  readonly opset: number;
  readonly needs: CollectedNeeds;
}

function callOf(
  node: NodeProto,
  inputs: readonly (Carried | undefined)[],
  { outputs, followed, opset, needs }: Around,
): DeadCall {
  const input = (i: number): Carried => {
    const value = inputs[i];
    if (value === undefined) throw new NotKnown(`nothing is known of input ${i}`);
    return value;
  };
  return {
    node,
    op: node.opType,
    attributes: readAttributes(node.attribute),
    opset,
    has: (i) => (node.input[i] ?? '') !== '',
    input,
    inputs: () => node.input.flatMap((name, i) => (name === '' ? [] : [input(i)])),
    axes(i) {
      const value = outputs[i];
      if (value === undefined) throw new NotKnown(`nothing is known of output ${i}`);
      return value.axes;
    },
    integers(i) {
      const sizes = followed.values.get(node.input[i] ?? '')?.sizes;
      const known = sizes?.map((size) =>
        size !== undefined && size.of.length === 0 && typeof size.dim === 'number' ? size.dim : undefined,
      );
      return known?.every((each) => each !== undefined) ? (known as number[]) : undefined;
    },
    needs,
  };
}
