import { create, decodeModel, encodeModel, type NodeProto, ValueInfoProtoSchema } from '@synaprune/onnx';
import { domainOf, graphsOf, sourceOf, viewMessages } from '@synaprune/onnx/graph';
import { inlineModel } from '../inline/inline-model.js';
import { createProbe } from '../inline/probe.js';
import { sizeInputs } from '../lower/computed-sizes.js';
import { dependentLowerings } from '../lower/dependent.js';
import type { ReadingOptions, TrainingStepOptions } from '../options/options.js';
import { widenModel } from '../precision/widen-model.js';
import { wholeModel } from '../weights/whole-model.js';
import { allParts } from './later-parts.js';
import { lossTerms } from './loss-terms.js';

/** Shapes by the names of values. */
type Shapes = Readonly<Record<string, readonly number[]>>;

/** What a run of a model finds out for {@link TrainingStepOptions.shapes}. */
export interface ShapesToFind {
  /** Takes what of the model's inputs that needs, and gives the values whose shapes are to be found, by the names that `shapes` has for them. */
  readonly model: Uint8Array;
  /** Names that it reads: of inputs and tensors, and of values between. */
  readonly reads: ReadonlySet<string>;
  /** Of the shapes that a run found, those that a step has to be given. */
  choose(found: Shapes): Shapes;
}

/**
 * What is to be run once, with inputs of the shapes that `options` has, to find the shapes that a step needs and that do not
 * follow from those. Undefined where all of them do.
 */
export function shapesToFind(model: Uint8Array, options: ReadingOptions): ShapesToFind | undefined {
  const { lowerings } = allParts;
  const { bytes } = widenModel(wholeModel(model, options.externalData));
  const inlined = inlineModel(bytes, sourceOf(viewMessages(bytes)), options, lowerings);
  const { source } = inlined;
  const probeFor = (shapes: Shapes) => createProbe(source, { ...options, shapes }, lowerings);
  const probe = probeFor(options.shapes ?? {});
  const outputs = options.loss
    ? lossTerms(options as TrainingStepOptions, source.outputs).map(({ output }) => output)
    : [];
  const sized = leadingTo(outputs.length > 0 ? outputs : source.outputs, source.nodes).nodes.filter(
    ({ opType, domain, output }) =>
      domainOf(domain) === '' &&
      (Object.hasOwn(sizeInputs, opType) || Object.hasOwn(dependentLowerings, opType)) &&
      output.some((name) => name !== '' && typeof probe.look(name) === 'string'),
  );
  if (sized.length === 0) return undefined;
  const counted = sized.map(({ opType, output }) => (opType === 'Split' ? output : output.slice(0, 1)));
  const decoded = decodeModel(inlined.bytes);
  const graph = decoded.graph!;
  graph.valueInfo = [];
  graph.output = [...new Set(counted.flat())].map((name) => create(ValueInfoProtoSchema, { name }));
  const { nodes, read } = leadingTo([...new Set(counted.flat())], graph.node);
  graph.node = nodes;
  graph.input = graph.input.filter(({ name }) => read.has(name));
  graph.initializer = graph.initializer.filter(({ name }) => read.has(name));
  return {
    model: encodeModel(decoded),
    reads: read,
    choose(found) {
      const chosen: Record<string, readonly number[]> = { ...options.shapes };
      // It looks up shapes when it comes to a node.
      const known = probeFor(chosen);
      for (const names of counted) {
        if (typeof known.look(names[0]!) !== 'string') continue;
        for (const name of names) chosen[name] = found[name]!;
      }
      return chosen;
    },
  };
}

/** The nodes that lead to values, in their order, which is one in which they can run; and every name that those read. */
function leadingTo(names: readonly string[], nodes: readonly NodeProto[]) {
  const read = new Set(names);
  const needed = nodes.toReversed().filter((node) => {
    if (!node.output.some((name) => read.has(name))) return false;
    for (const name of namesRead(node)) read.add(name);
    return true;
  });
  return { nodes: needed.reverse(), read };
}

/** With what the graphs of a branch or a loop read from around them. */
function namesRead({ input, attribute }: NodeProto): string[] {
  const inner = attribute
    .flatMap(graphsOf)
    .flatMap(({ node, output }) => [...node.flatMap(namesRead), ...output.map(({ name }) => name)]);
  return [...input, ...inner];
}
