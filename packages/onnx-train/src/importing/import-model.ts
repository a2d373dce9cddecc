import { PruneError } from '@synaprune/core';
import { listNames, quote } from '@synaprune/core/checks';
import type { NodeProto } from '@synaprune/onnx';
import {
  domainOf,
  faultOf,
  type ModelInput,
  placeOf,
  readAttributes,
  type SourceModel,
  sameShape,
  showShape,
  type Value,
} from '@synaprune/onnx/graph';
import type { LoweringContext, SourceNode } from '../lower/lowering.js';
import { lower } from './lower.js';
import type { Rebatching } from './rebatching.js';
import type { Refusal } from './refusal.js';
import { requireSignature } from './signatures.js';

/** A model's values in a graph under construction, computed when they are asked for. */
export interface ImportedModel {
  /** The value of a name. @throws PruneError `bad-model` or `unsupported-operator` */
  valueOf(name: string): Value;
  /** The inputs of the model that were asked for so far. */
  readonly inputs: ReadonlyMap<string, Value>;
}

/** What is known of a model besides. */
export interface ImportSettings {
  /** Why nodes have no place in the graph, by their first output. */
  readonly refusals?: ReadonlyMap<string, Refusal>;
  /** What carries another batch through. */
  readonly rebatching?: Rebatching | undefined;
}

/** Prepares a model for a graph. `leaves` are tensors that are no constants. */
export function importModel(
  model: SourceModel,
  context: LoweringContext,
  leaves: ReadonlyMap<string, Value>,
  shapes: Readonly<Record<string, readonly number[]>>,
  { refusals, rebatching }: ImportSettings = {},
): ImportedModel {
  const { graph } = context;
  const values = new Map<string, Value>(leaves);
  const inputs = new Map<string, Value>();
  const sources = new Map(model.inputs.map((input) => [input.name, input]));
  for (const name of Object.keys(shapes)) {
    if (!sources.has(name)) {
      throw new RangeError(
        `buildTrainingStep: the model has no input ${quote(name)} for inputs; it has ${listNames([...sources.keys()])}`,
      );
    }
  }
  for (const name of Object.keys(context.shapes)) {
    if (!model.producers.has(name)) {
      throw new RangeError(`buildTrainingStep: no node of the model computes ${quote(name)} for shapes`);
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
      if (node === undefined) refuseName(name);
      // Before what it reads, which may have no place for the same reason.
      const refusal = refusals?.get(node.output[0] ?? '');
      if (refusal !== undefined) {
        graph.place = placeOf(node);
        graph.unsupported(refusal.what, refusal.instead);
      }
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

  function refuseName(name: string): never {
    if (!model.sparse.has(name)) throw new PruneError('bad-model', `nothing computes ${quote(name)}`);
    throw new PruneError(
      'unsupported-operator',
      `tensor ${quote(name)} is written as a sparse one; a training step reads dense ones: write it out in full`,
    );
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
    const domain = domainOf(node.domain);
    const source: SourceNode = {
      op: node.opType,
      domain,
      name: node.name,
      inputs: node.input.map((name) => (name === '' ? undefined : values.get(name)!)),
      // What version 1 wrote down for runtimes that no longer are.
      attributes: readAttributes(node.attribute.filter(({ name }) => name !== 'consumed_inputs')),
      outputNames: node.output,
      opset: model.opset,
    };
    const outputs = lowered({ ...source, inputs: rebatching?.before(source, node.input) ?? source.inputs });
    rebatching?.after(source.op, outputs, node.output);
    node.output.forEach((name, index) => {
      const value = outputs[index];
      if (name === '' || value === undefined) return;
      const given = Object.hasOwn(context.shapes, name) ? context.shapes[name]! : value.shape;
      if (!sameShape(given, value.shape)) {
        throw new RangeError(
          `buildTrainingStep: ${quote(name)} of ${placeOf(node)} is ${showShape(value.shape)}, got ${showShape(given)} in shapes`,
        );
      }
      values.set(name, value);
    });
    if (!values.has(wanted)) {
      graph.unsupported(
        `its output "${wanted}" is not computed in a training step`,
        'name an output of the model that does not need it (outputs)',
      );
    }
  }

  /** A broken node, with inputs missing or of another rank, is the model's mistake and no programmer's. */
  function lowered(source: SourceNode): readonly (Value | undefined)[] {
    requireSignature(graph, source);
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
  const input = `input ${quote(name)}`;
  if (type === undefined) {
    throw new PruneError(
      'unsupported-operator',
      `${input} is no tensor, and a training step takes tensors only; export the model with tensors as inputs`,
    );
  }
  const declared = dimensions === undefined ? 'any shape' : `[${dimensions.map((d) => d ?? '?').join(', ')}]`;
  const concrete = shape ?? dimensions;
  if (concrete === undefined || concrete.some((dimension) => dimension === undefined)) {
    throw new RangeError(
      `buildTrainingStep needs all dimensions of ${input}, as inputs: { ${quote(name)}: […] }; it is declared with ${declared}`,
    );
  }
  const given = concrete as readonly number[];
  const fault = faultOf(given);
  if (fault !== undefined) throw new RangeError(`buildTrainingStep: ${input} has ${fault}`);
  const differ = given.flatMap((d, axis) =>
    dimensions?.[axis] === undefined || dimensions[axis] === d ? [] : [axis],
  );
  if (dimensions !== undefined && (dimensions.length !== given.length || differ.length > 0)) {
    const batch = dimensions.length === given.length && differ.length === 1 && differ[0] === 0;
    const hint = batch
      ? `: the exporter wrote a batch of ${dimensions[0]} into the model; export it with a dynamic first axis, or build the step for batches of ${dimensions[0]}`
      : '';
    throw new RangeError(
      `buildTrainingStep: ${input} is declared with ${declared}, got the shape ${showShape(given)} in inputs${hint}`,
    );
  }
  return { name, type, shape: [...given] };
}
