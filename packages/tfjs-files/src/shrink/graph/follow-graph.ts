import {
  type AxedValue,
  type Axis,
  createAxes,
  type Dim,
  holdAll,
  openDim,
  type Place,
  SizesDiffer,
  whyComputed,
} from '@synaprune/axes';
import { elementsOf, quote } from '@synaprune/core/checks';
import { badModel } from '../../artifacts/bad-model.js';
import type { OpenedModel, StoredWeight } from '../../artifacts/open-artifacts.js';
import { readFloats, readWholes } from '../../elements/read-values.js';
import { readAttribute } from '../../graph-model/attributes.js';
import { findConstants } from '../../graph-model/constants.js';
import { type Endpoint, showEndpoint } from '../../graph-model/endpoint.js';
import type { GraphModel, GraphNode } from '../../graph-model/graph-model.js';
import { inOrder } from '../../graph-model/node-order.js';
import {
  type FollowedModel,
  type FollowOptions,
  type ModelValue,
  NOT_FOLLOWED,
  NotFollowed,
} from '../follow/followed.js';
import { createWeightValues } from '../follow/weight-values.js';
import { editNodes, type NodeToEdit } from './edit-nodes.js';
import type { FollowedNode, NodeCall } from './node-call.js';
import { ruleOf } from './rules/rules.js';

/** Most elements of a constant that says how something is to be done. */
const MOST_WHOLES = 4096;

/**
 * Follows the axes of a graph model.
 *
 * @throws PruneError `bad-model` when nodes wait for each other, or shapes contradict each other
 */
export function followGraph(model: GraphModel, opened: OpenedModel, options: FollowOptions): FollowedModel {
  const axes = createAxes();
  const { main } = model;
  const weights = createWeightValues(axes, opened.bytes, options.fixed);
  const constants = new Map<GraphNode, StoredWeight>();
  const edits: NodeToEdit[] = [];
  const products: (readonly Axis[])[] = [];
  const values = new Map<string, ModelValue | undefined>();
  const placeCalled = (label: string): Place => ({
    axes,
    label,
    acrossNormalisation: options.acrossNormalisation,
  });
  for (const { graph, node, weight } of findConstants(model, opened.weights)) {
    if (graph === main) constants.set(node, weight);
    else {
      const place = placeCalled(`the function ${quote(graph.name)}, node ${quote(node.name)}`);
      holdAll(place, weights.valueOf(weight), 'functions are not followed');
    }
  }
  for (const node of inOrder(main)) followNode(node);
  for (const output of main.outputs) {
    const value = lookUp(output);
    if (value !== undefined) {
      holdAll(placeCalled(`the output ${quote(showEndpoint(output))}`), value, 'it is given out');
    }
  }
  return {
    axes,
    tensors: weights.tensors,
    products,
    topology: model.topology,
    edit: (lengths) => editNodes(model, opened, edits, lengths),
  };

  function lookUp({ node, output }: Endpoint): ModelValue | undefined {
    return values.get(`${node}:${output}`);
  }

  function followNode(node: GraphNode): void {
    const constant = constants.get(node);
    const label = `node ${quote(node.name)} (${node.op})`;
    const place = placeCalled(label);
    if (constant !== undefined) {
      values.set(`${node.name}:0`, weights.valueOf(constant));
      return;
    }
    if (node.op.startsWith('Placeholder')) {
      values.set(`${node.name}:0`, placeholderValue(node));
      return;
    }
    const inputs = node.inputs.map(lookUp);
    const asked = new Set<number>();
    let followed: FollowedNode | undefined;
    try {
      followed = ruleOf(node.op)?.(callOf(node, inputs, place, asked));
    } catch (error) {
      if (error instanceof SizesDiffer) throw badModel(error.message);
      if (!(error instanceof NotFollowed)) throw error;
    }
    if (followed === undefined) {
      for (const value of inputs) if (value !== undefined) holdAll(place, value, NOT_FOLLOWED);
    }
    for (const [i, value] of inputs.entries()) {
      if (asked.has(i)) continue;
      for (const size of value?.sizes ?? []) {
        for (const axis of size?.of ?? []) axes.hold(axis, whyComputed(label, size?.where));
      }
    }
    for (const [i, value] of (followed?.outputs ?? []).entries()) values.set(`${node.name}:${i}`, value);
    if (followed?.edit) edits.push({ node, edit: followed.edit });
    if (followed?.multiplyAdds) products.push(followed.multiplyAdds);
  }

  function placeholderValue(node: GraphNode): AxedValue | undefined {
    const shape = readAttribute(node.json, 'shape');
    if (!Array.isArray(shape)) return undefined;
    // A shape without edges is also how a writer leaves it out.
    if (shape.length === 0) return undefined;
    const label = `the input ${quote(node.name)}`;
    return {
      axes: (shape as readonly number[]).map((edge, i) =>
        axes.held(edge >= 0 ? edge : openDim(`${node.name}[${i}]`), `${label}, axis ${i}: it is fed`),
      ),
      zero: shape.map(() => false),
      parameter: false,
    };
  }

  function callOf(
    node: GraphNode,
    inputs: readonly (ModelValue | undefined)[],
    place: Place,
    asked: Set<number>,
  ): NodeCall {
    const input = (i: number): ModelValue => {
      const value = inputs[i];
      if (value === undefined) throw new NotFollowed(`${place.label}: nothing is known of input ${i}`);
      return value;
    };
    const constantOf = (i: number): StoredWeight | undefined => {
      const weight = inputs[i]?.weight;
      return weight !== undefined && weight.elements <= MOST_WHOLES ? weight : undefined;
    };
    let opened_ = 0;
    return {
      node,
      op: node.op,
      place,
      axes,
      count: inputs.length,
      attribute: (name) => readAttribute(node.json, name),
      input,
      inputs: (count = Math.max(inputs.length, 1)) => Array.from({ length: count }, (_, i) => input(i)),
      maybe: (i) => inputs[i],
      sizes(i) {
        asked.add(i);
        return inputs[i]?.sizes;
      },
      numbers(i) {
        const sizes = inputs[i]?.sizes;
        const known = sizes?.flatMap((size) =>
          size !== undefined && size.of.length === 0 && typeof size.dim === 'number' ? [size.dim] : [],
        );
        if (known === undefined || known.length !== sizes!.length) {
          throw new NotFollowed(`${place.label}: input ${i} is computed`);
        }
        return known;
      },
      wholes(i) {
        const weight = constantOf(i);
        if (weight === undefined || !['int32', 'bool'].includes(weight.dtype)) {
          throw new NotFollowed(`${place.label}: input ${i} is computed`);
        }
        return readWholes(weight, opened.bytes);
      },
      number(i) {
        const weight = constantOf(i);
        if (weight === undefined || elementsOf(weight.shape) !== 1) return undefined;
        return ['float32', 'int32', 'bool'].includes(weight.dtype)
          ? readFloats(weight, opened.bytes)[0]
          : undefined;
      },
      open(what): Dim {
        opened_ += 1;
        return openDim(`${place.label} ${what}#${opened_}`);
      },
    };
  }
}
