import { PruneError } from '@synaprune/core';
import { readAttributes } from './attributes.js';
import { lower } from './lower/lower.js';
import type { LoweringContext, SourceNode } from './lower/lowering.js';
import type { NodeProto } from './messages.js';
import { placeOf } from './place.js';
import type { ModelInput, SourceModel } from './read-model.js';
import { faultOf, showShape, type Value } from './value.js';

/** A model's values in a graph under construction, computed when they are asked for. */
export interface ImportedModel {
  /** The value of a name. @throws PruneError `bad-model` or `unsupported-operator` */
  valueOf(name: string): Value;
  /** The inputs of the model that were asked for so far. */
  readonly inputs: ReadonlyMap<string, Value>;
}

/** Prepares a model for a graph. `leaves` are tensors that are no constants. */
export function importModel(
  model: SourceModel,
  context: LoweringContext,
  leaves: ReadonlyMap<string, Value>,
  shapes: Readonly<Record<string, readonly number[]>>,
): ImportedModel {
  const { graph } = context;
  const values = new Map<string, Value>(leaves);
  const inputs = new Map<string, Value>();
  const sources = new Map(model.inputs.map((input) => [input.name, input]));
  for (const name of Object.keys(shapes)) {
    if (!sources.has(name)) {
      throw new PruneError(
        'bad-model',
        `the model has no input "${name}"; it has ${[...sources.keys()].join(', ') || 'none'}`,
      );
    }
  }
  return { valueOf: compute, inputs };

  function compute(wanted: string): Value {
    // A stack of its own: a model may be deeper than calls can nest.
    const stack = [wanted];
    const open = new Set<NodeProto>();
    while (stack.length > 0) {
      const name = stack.at(-1)!;
      if (values.has(name) || settle(name)) {
        stack.pop();
        continue;
      }
      const node = model.producers.get(name);
      if (node === undefined) throw new PruneError('bad-model', `nothing computes "${name}"`);
      const missing = node.input.filter((input) => input !== '' && !values.has(input));
      if (missing.length > 0 && open.has(node) && missing.some((input) => isOpen(input, open))) {
        throw new PruneError('bad-model', `${placeOf(node)} depends on its own output`);
      }
      open.add(node);
      for (const input of missing) stack.push(input);
      if (missing.length === 0) run(node, name);
    }
    return values.get(wanted)!;
  }

  function isOpen(name: string, open: ReadonlySet<NodeProto>): boolean {
    const node = model.producers.get(name);
    return node !== undefined && open.has(node);
  }

  /** A tensor of the file or an input becomes a value. */
  function settle(name: string): boolean {
    const tensor = model.tensors.get(name);
    const input = sources.get(name);
    if (tensor !== undefined) values.set(name, graph.constantTensor('frozen', tensor));
    else if (input !== undefined) {
      const value = inputValue(input, shapes[name]);
      inputs.set(name, value);
      values.set(name, value);
    } else return false;
    return true;
  }

  function run(node: NodeProto, wanted: string): void {
    graph.place = placeOf(node);
    const domain = node.domain === 'ai.onnx' ? '' : node.domain;
    const source: SourceNode = {
      op: node.opType,
      domain,
      name: node.name,
      inputs: node.input.map((name) => (name === '' ? undefined : values.get(name)!)),
      attributes: readAttributes(node.attribute),
      outputNames: node.output,
      opset: model.opset,
    };
    const outputs = lowered(source);
    node.output.forEach((name, index) => {
      const value = outputs[index];
      if (name !== '' && value !== undefined) values.set(name, value);
    });
    if (!values.has(wanted)) graph.unsupported(`its output "${wanted}" is not computed in a training step`);
  }

  /** A broken node, with inputs missing or of another rank, is the model's mistake and no programmer's. */
  function lowered(source: SourceNode): readonly (Value | undefined)[] {
    try {
      return lower(context, source);
    } catch (error) {
      if (graph.shapeRules.has(source.op) || !(error instanceof TypeError || error instanceof RangeError))
        throw error;
      return graph.bad(`its inputs or attributes make no sense: ${error.message}`);
    }
  }
}

function inputValue({ name, type, dimensions }: ModelInput, shape: readonly number[] | undefined): Value {
  const declared = dimensions === undefined ? 'any shape' : `[${dimensions.map((d) => d ?? '?').join(', ')}]`;
  const concrete = shape ?? dimensions;
  if (concrete === undefined || concrete.some((dimension) => dimension === undefined)) {
    throw new PruneError(
      'bad-model',
      `input "${name}" is declared with ${declared}; a training step needs all its dimensions, as options.inputs["${name}"]`,
    );
  }
  const fits =
    dimensions === undefined ||
    (dimensions.length === concrete.length &&
      dimensions.every((d, axis) => d === undefined || d === concrete[axis]));
  if (!fits || faultOf(concrete as number[]) !== undefined) {
    throw new PruneError(
      'bad-model',
      `input "${name}" is declared with ${declared}, got the shape ${showShape(concrete as number[])}`,
    );
  }
  return { name, type, shape: [...(concrete as number[])] };
}
