import {
  type AxedValue,
  type Axes,
  type Axis,
  createAxes,
  type Dim,
  holdAll,
  openDim,
  type Place,
  SizesDiffer,
  type TensorAxes,
  whyAt,
} from '@synaprune/axes';
import { PruneError } from '@synaprune/core';
import { quote } from '@synaprune/core/checks';
import type { GraphProto, ModelProto, NodeProto, TensorProto, ValueInfoProto } from '@synaprune/onnx';
import { placeOf, readAttributes } from '@synaprune/onnx/graph';
import { hasWholeBytes } from '../cut/raw-bytes.js';
import { ruleOf } from '../rules/rules.js';
import { whyComputed } from '../rules/sizes.js';
import { constantOf } from './constant-nodes.js';
import { readSizes } from './constant-sizes.js';
import { shapeOfTensor } from './file-tensors.js';
import { type FileTensor, type GraphValue, knownNumber } from './graph-value.js';
import { type Followed, NOT_FOLLOWED, type NodeCall, type NodeEdit, NotFollowed } from './node-call.js';

/** A model that was followed from its inputs to its outputs. */
export interface FollowedModel {
  readonly axes: Axes;
  readonly tensors: readonly (FileTensor & TensorAxes)[];
  /** Nodes that have to change with their axes. */
  readonly edits: readonly {
    readonly node: NodeProto;
    readonly graph: GraphProto;
    edit(edit: NodeEdit): void;
  }[];
  /** Of every node that multiplies: axes whose lengths multiply to how often. */
  readonly products: readonly (readonly Axis[])[];
  /** What every name of the model's own graph stands for. */
  readonly values: ReadonlyMap<string, GraphValue>;
}

export interface FollowOptions {
  readonly acrossNormalisation: boolean;
  /** Tensors that nobody learned, and why: `graph/mel`. */
  readonly fixed: ReadonlyMap<string, string>;
}

interface Scope {
  readonly graph: GraphProto;
  readonly place: string;
  readonly values: Map<string, GraphValue | undefined>;
  readonly outer?: Scope;
  readonly declared: ReadonlyMap<string, ValueInfoProto>;
}

/**
 * Follows the axes of a model.
 *
 * @throws PruneError `bad-model` when a node reads what nothing before it computes, or shapes contradict each other
 */
export function followModel(model: ModelProto, options: FollowOptions): FollowedModel {
  const axes = createAxes();
  const tensors: (FileTensor & TensorAxes)[] = [];
  const edits: { node: NodeProto; graph: GraphProto; edit(edit: NodeEdit): void }[] = [];
  const products: (readonly Axis[])[] = [];
  const opset = Number(
    model.opsetImport.find(({ domain }) => domain === '' || domain === 'ai.onnx')?.version ?? 1n,
  );
  let opened = 0;
  const graph = model.graph!;
  const whole = followGraph(graph, 'graph', undefined, []);
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
  return { axes, tensors, edits, products, values };

  function placeCalled(label: string): Place {
    return { axes, label, acrossNormalisation: options.acrossNormalisation };
  }

  function openSize(what: string): Dim {
    opened += 1;
    return openDim(`${what}#${opened}`);
  }

  function tensorValue(message: TensorProto, name: string, place: string, constant?: NodeProto): GraphValue {
    const shape = shapeOfTensor(message);
    const label = place === 'graph' ? name : `${place}/${name}`;
    const why =
      options.fixed.get(`${place}/${name}`) ??
      (hasWholeBytes(message) ? undefined : 'its elements are no whole bytes');
    const own = shape.map((size, axis) =>
      why === undefined
        ? axes.free(size, { label: `${label}[${axis}]`, kind: 'channels' })
        : axes.held(size, `tensor ${quote(label)}, axis ${axis}: ${why}`),
    );
    const tensor = {
      name,
      place,
      message,
      shape,
      axes: own,
      ...(constant === undefined ? {} : { constant }),
    };
    tensors.push({ ...tensor, name: label });
    const sizes = readSizes(message, shape)?.map(knownNumber);
    return {
      axes: own,
      zero: own.map(() => true),
      parameter: true,
      tensor,
      ...(sizes === undefined ? {} : { sizes }),
    };
  }

  function declaredDims(info: ValueInfoProto | undefined): readonly Dim[] | undefined {
    const type = info?.type?.value;
    if (type?.case !== 'tensorType' || type.value.shape === undefined) return undefined;
    return type.value.shape.dim.map(({ value }) =>
      value.case === 'dimValue' && value.value >= 0n
        ? Number(value.value)
        : value.case === 'dimParam' && value.value !== ''
          ? openDim(value.value)
          : openSize(info!.name),
    );
  }

  function inputValue(info: ValueInfoProto): GraphValue | undefined {
    const dims = declaredDims(info);
    return (
      dims && {
        axes: dims.map((dim, i) => axes.held(dim, `the input ${quote(info.name)}, axis ${i}: it is fed`)),
        zero: dims.map(() => false),
        parameter: false,
      }
    );
  }

  function followGraph(
    body: GraphProto,
    place: string,
    outer: Scope | undefined,
    given: readonly (GraphValue | undefined)[],
  ): Scope {
    const declared = new Map([...body.valueInfo, ...body.output].map((info) => [info.name, info]));
    const scope: Scope = {
      graph: body,
      place,
      values: new Map(),
      declared,
      ...(outer === undefined ? {} : { outer }),
    };
    for (const tensor of body.initializer)
      scope.values.set(tensor.name, tensorValue(tensor, tensor.name, place));
    for (const { values } of body.sparseInitializer) {
      if (values !== undefined) scope.values.set(values.name, undefined);
    }
    for (const [i, info] of body.input.entries()) {
      if (!scope.values.has(info.name)) scope.values.set(info.name, given[i] ?? inputValue(info));
    }
    for (const node of body.node) followNode(node, scope);
    return scope;
  }

  function lookUp(scope: Scope, name: string, node: NodeProto): GraphValue | undefined {
    for (let at: Scope | undefined = scope; at !== undefined; at = at.outer) {
      if (at.values.has(name)) return at.values.get(name);
    }
    throw new PruneError(
      'bad-model',
      `${placeOf(node)} reads ${quote(name)}, which nothing before it computes: a graph's nodes stand in an order ` +
        'that they can run in, without circles',
    );
  }

  function followNode(node: NodeProto, scope: Scope): void {
    const domain = node.domain === 'ai.onnx' ? '' : node.domain;
    const inputs = node.input.map((name) => (name === '' ? undefined : lookUp(scope, name, node)));
    const tensor = domain === '' && node.opType === 'Constant' ? constantOf(node) : undefined;
    if (tensor !== undefined) {
      scope.values.set(node.output[0]!, tensorValue(tensor, node.output[0]!, scope.place, node));
      return;
    }
    const label = scope.place === 'graph' ? placeOf(node) : `${scope.place}/${placeOf(node)}`;
    const place = placeCalled(label);
    const asked = new Set<number>();
    const call = callOf(node, inputs, { place, scope, asked });
    let followed: Followed | undefined;
    let why = NOT_FOLLOWED;
    try {
      followed = ruleOf(domain, node.opType)?.(call);
    } catch (error) {
      if (error instanceof SizesDiffer) throw new PruneError('bad-model', error.message);
      if (!(error instanceof NotFollowed)) throw error;
      why = error.message;
    }
    if (followed === undefined) {
      for (const value of inputs) {
        if (value === undefined) continue;
        holdAll(place, value, why);
        // What it makes of weights nobody knows: a report names them.
        if (value.parameter && value.axes.length > 1) for (const axis of value.axes) axes.mark(axis, 'makes');
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
        outputOf(followed?.outputs[i], declaredDims(scope.declared.get(name)), { place, why }),
      );
    }
    if (followed?.edit) edits.push({ node, graph: scope.graph, edit: followed.edit });
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

  /** Values that graphs inside a node read from outside. */
  function holdCaptured(node: NodeProto, scope: Scope, place: Place): void {
    for (const attribute of node.attribute) {
      for (const body of [...(attribute.g ? [attribute.g] : []), ...attribute.graphs]) {
        for (const inner of body.node) {
          for (const name of inner.input) {
            for (let at: Scope | undefined = scope; at !== undefined; at = at.outer) {
              const value = at.values.get(name);
              if (value !== undefined) holdAll(place, value, NOT_FOLLOWED);
            }
          }
          holdCaptured(inner, scope, place);
        }
        for (const { name } of body.output) {
          const value = scope.values.get(name);
          if (value !== undefined) holdAll(place, value, NOT_FOLLOWED);
        }
      }
    }
  }

  function callOf(
    node: NodeProto,
    inputs: readonly (GraphValue | undefined)[],
    { place, scope, asked }: { readonly place: Place; readonly scope: Scope; readonly asked: Set<number> },
  ): NodeCall {
    const input = (i: number): GraphValue => {
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
      declared: (i) => declaredDims(scope.declared.get(node.output[i] ?? '')),
      open: (what) => openSize(`${place.label} ${what}`),
    };
  }
}
