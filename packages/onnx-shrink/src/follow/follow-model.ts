import {
  type AxedValue,
  type Axes,
  type Axis,
  createAxes,
  type Dim,
  heldValue,
  holdAll,
  openDim,
  type Place,
  SizesDiffer,
  whyAt,
  whyComputed,
} from '@synaprune/axes';
import { PruneError } from '@synaprune/core';
import { quote } from '@synaprune/core/checks';
import type { GraphProto, ModelProto, NodeProto, ValueInfoProto } from '@synaprune/onnx';
import { domainOf, readAttributes } from '@synaprune/onnx/graph';
import { bodyOf, holdCaptured } from './bodies.js';
import { constantOf } from './constant-nodes.js';
import { declaredDims } from './declared.js';
import type { GraphValue } from './graph-value.js';
import { rankOfFirst } from './known-ranks.js';
import {
  type Followed,
  NOT_FOLLOWED,
  type NodeCall,
  type NodeEdit,
  NotFollowed,
  type Rule,
} from './node-call.js';
import { openScope, placeIn, readValue, type Scope } from './scope.js';
import { type FollowedTensor, sparseValue, tensorValue } from './tensor-value.js';

/** A model that was followed from its inputs to its outputs. */
export interface FollowedModel {
  readonly axes: Axes;
  readonly tensors: readonly FollowedTensor[];
  /** Nodes that have to change with their axes. */
  readonly edits: readonly FollowedEdit[];
  /** Of every node that multiplies: axes whose lengths multiply to how often. */
  readonly products: readonly (readonly Axis[])[];
  /** What every name of the model's own graph stands for. */
  readonly values: ReadonlyMap<string, GraphValue>;
  /** Every graph that was followed, one before those inside it, with what its names stand for. */
  readonly scopes: readonly Scope[];
}

/** A node that has to change with its axes. */
export interface FollowedEdit {
  readonly node: NodeProto;
  readonly graph: GraphProto;
  /** What it reads and makes: where none of it loses anything, the node stays as it is. */
  readonly values: readonly (GraphValue | AxedValue | undefined)[];
  edit(edit: NodeEdit): void;
}

export interface FollowOptions {
  /** What follows an operator, where something does. */
  readonly ruleOf: (domain: string, op: string) => Rule | undefined;
  readonly acrossNormalisation: boolean;
  /** Tensors that nobody learned, and why, by place and name: `graph/mel`. */
  readonly fixed: ReadonlyMap<string, string>;
  /** Nodes all of whose axes stay, and why. */
  readonly stays?: ReadonlyMap<NodeProto, string>;
}

/**
 * Follows the axes of a model.
 *
 * @throws PruneError `bad-model` when a node reads what nothing before it computes, or shapes contradict each other
 */
export function followModel(model: ModelProto, options: FollowOptions): FollowedModel {
  const axes = createAxes();
  const tensors: FollowedTensor[] = [];
  const edits: FollowedEdit[] = [];
  const products: (readonly Axis[])[] = [];
  const scopes: Scope[] = [];
  const reading = { axes, tensors, labels: new Set<string>(), fixed: options.fixed };
  const opset = Number(model.opsetImport.find(({ domain }) => domainOf(domain) === '')?.version ?? 1n);
  let opened = 0;
  const graph = model.graph!;
  const whole = followGraph(openScope(graph, { place: 'graph', label: undefined, outer: undefined }), []);
  for (const { name } of graph.output) {
    const value = whole.values.get(name);
    if (value !== undefined) {
      holdAll(
        { axes, label: `the output ${quote(name)}`, acrossNormalisation: false },
        value,
        'it is given out',
      );
    }
  }
  const values = new Map<string, GraphValue>();
  for (const [name, value] of whole.values) if (value !== undefined) values.set(name, value);
  return { axes, tensors, edits, products, values, scopes };

  function placeCalled(label: string): Place {
    return { axes, label, acrossNormalisation: options.acrossNormalisation };
  }

  function openSize(what: string): Dim {
    opened += 1;
    return openDim(`${what}#${opened}`);
  }

  function declaredOf(info: ValueInfoProto | undefined): readonly Dim[] | undefined {
    return declaredDims(info, openSize);
  }

  function inputValue(info: ValueInfoProto): GraphValue | undefined {
    const dims = declaredOf(info);
    return (
      dims && {
        axes: dims.map((dim, i) => axes.held(dim, `the input ${quote(info.name)}, axis ${i}: it is fed`)),
        zero: dims.map(() => false),
        parameter: false,
      }
    );
  }

  function followGraph(scope: Scope, given: readonly (GraphValue | undefined)[]): Scope {
    const { graph: body, values } = scope;
    scopes.push(scope);
    for (const tensor of body.initializer)
      values.set(tensor.name, tensorValue(reading, tensor, { name: tensor.name, scope }));
    for (const sparse of body.sparseInitializer) {
      const name = sparse.values?.name ?? '';
      values.set(name, sparseValue(axes, sparse, name, scope));
    }
    for (const [i, info] of body.input.entries()) {
      if (!values.has(info.name)) values.set(info.name, given[i] ?? inputValue(info));
    }
    for (const [i, node] of body.node.entries()) followNode(node, scope, i);
    return scope;
  }

  function followNode(node: NodeProto, scope: Scope, index: number): void {
    const domain = domainOf(node.domain);
    const inputs = node.input.map((name) => (name === '' ? undefined : readValue(scope, name, node)));
    const tensor = domain === '' && node.opType === 'Constant' ? constantOf(node) : undefined;
    if (tensor !== undefined) {
      const name = node.output[0] ?? '';
      scope.values.set(name, tensorValue(reading, tensor, { name, scope, constant: node }));
      return;
    }
    const label = placeIn(scope, node);
    const place = placeCalled(label);
    const asked = new Set<number>();
    const call = callOf(node, inputs, { place, scope, asked, index });
    const inside = scopes.length;
    let followed: Followed | undefined;
    let why = NOT_FOLLOWED;
    try {
      followed = options.ruleOf(domain, node.opType)?.(call);
      if (followed !== undefined && !isWhole(followed)) {
        followed = undefined;
        throw new NotFollowed('its inputs have not the axes that it needs');
      }
    } catch (error) {
      if (error instanceof SizesDiffer) throw new PruneError('bad-model', error.message);
      if (error instanceof RangeError) throw new PruneError('bad-model', `${label}: ${error.message}`);
      // A rule reads axes that are not there, of a node that no runtime would take.
      if (!(error instanceof NotFollowed || error instanceof TypeError)) throw error;
      why = error instanceof NotFollowed ? error.message : 'its inputs have not the axes that it needs';
    }
    if (followed === undefined) {
      for (const value of inputs) {
        if (value === undefined) continue;
        holdAll(place, value, why);
        // What it makes of weights nobody knows: a report names them.
        if (value.parameter && value.axes.length > 1) for (const axis of value.axes) axes.mark(axis, 'makes');
      }
      for (const { values } of scopes.slice(inside)) {
        for (const value of values.values()) if (value !== undefined) holdAll(place, value, why);
      }
      holdCaptured(node, scope, place);
    }
    for (const [i, value] of inputs.entries()) {
      if (asked.has(i)) continue;
      for (const size of value?.sizes ?? []) {
        for (const axis of size?.of ?? []) axes.hold(axis, whyComputed(label, size?.where));
      }
    }
    for (const [i, name] of node.output.entries()) {
      if (name === '') continue;
      scope.values.set(
        name,
        outputOf(followed?.outputs[i], declaredOf(scope.declared.get(name)), { place, why }),
      );
    }
    const values = [...inputs, ...(followed?.outputs ?? [])];
    const refused = options.stays?.get(node);
    for (const value of refused === undefined ? [] : values) {
      if (value !== undefined) holdValue(place, value, refused!);
    }
    if (followed?.edit) edits.push({ node, graph: scope.graph, values, edit: followed.edit });
    if (followed?.multiplyAdds) products.push(...followed.multiplyAdds);
  }

  function outputOf(
    value: GraphValue | AxedValue | undefined,
    dims: readonly Dim[] | undefined,
    { place, why }: { readonly place: Place; readonly why: string },
  ): GraphValue | undefined {
    if (value !== undefined || dims === undefined) return value;
    return {
      axes: dims.map((dim, i) => axes.held(dim, whyAt(place, i, why))),
      zero: dims.map(() => false),
      parameter: false,
    };
  }

  /** All axes of a value, and those whose lengths it holds. */
  function holdValue(place: Place, value: GraphValue | AxedValue, what: string): void {
    holdAll(place, value, what);
    for (const size of ('sizes' in value ? value.sizes : undefined) ?? []) {
      for (const [i, axis] of (size?.of ?? []).entries()) axes.hold(axis, whyAt(place, i, what));
    }
  }

  function callOf(
    node: NodeProto,
    inputs: readonly (GraphValue | undefined)[],
    {
      place,
      scope,
      asked,
      index,
    }: {
      readonly place: Place;
      readonly scope: Scope;
      readonly asked: Set<number>;
      readonly index: number;
    },
  ): NodeCall {
    const input = (i: number): GraphValue => {
      const rank = i === 0 && inputs[0] === undefined ? rankOfFirst(node, inputs) : undefined;
      if (rank !== undefined) {
        const dims = Array.from({ length: rank }, () => openSize(`${place.label} input 0`));
        return heldValue(place, dims, 'nothing is known of what it comes from');
      }
      const value = inputs[i];
      if (value === undefined) throw new NotFollowed(`nothing is known of its input ${i}`);
      return value;
    };
    return {
      node,
      op: node.opType,
      attributes: readAttributes(node.attribute),
      opset,
      place,
      axes,
      outputs: node.output.length,
      has: (i) => (node.input[i] ?? '') !== '',
      input,
      inputs: () => inputs.flatMap((_, i) => (node.input[i] === '' ? [] : [input(i)])),
      sizes(i) {
        asked.add(i);
        return inputs[i]?.sizes;
      },
      numbers(i) {
        const sizes = inputs[i]?.sizes;
        if (
          !sizes?.every((size) => size !== undefined && size.of.length === 0 && typeof size.dim === 'number')
        ) {
          return undefined;
        }
        return sizes.map((size) => size!.dim as number);
      },
      declared: (i) => declaredOf(scope.declared.get(node.output[i] ?? '')),
      value: (i) => inputs[i],
      body: (name) =>
        bodyOf(node, scope, name, {
          index,
          scopes,
          follow: followGraph,
          hold: (value, what) => holdValue(place, value, what),
          declared: declaredOf,
        }),
      open: (what) => openSize(`${place.label} ${what}`),
    };
  }
}

/** Whether every axis that a rule speaks of is there. */
function isWhole({ outputs, multiplyAdds = [] }: Followed): boolean {
  const known: readonly (readonly (Axis | undefined)[])[] = [
    ...outputs.flatMap((each) => (each ? [each.axes] : [])),
    ...multiplyAdds,
  ];
  return known.every((axes) => !axes.includes(undefined));
}
