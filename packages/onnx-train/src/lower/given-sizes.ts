import { quote } from '@synaprune/core/checks';
import {
  type Kind,
  listAt,
  numberAt,
  sameShape,
  showShape,
  textAt,
  typeOf,
  type Value,
} from '@synaprune/onnx/graph';
import { add, range, reduce, reshape, subtract } from '../arithmetic/arithmetic.js';
import { composite, type TrainingGraph, withoutTape } from '../tape/tape.js';
import { computedPadGradient } from './computed-pad.js';
import { COMPUTED_SIZE } from './computed-sizes.js';
import type { Lowering, LoweringContext, SourceNode } from './lowering.js';

/**
 * The shape that `shapes` has for an output of a node.
 *
 * @param shown what is known of it, for messages: `[2, n]`
 * @throws PruneError `unsupported-operator` where there is none
 */
export function givenShape(
  { graph, shapes }: LoweringContext,
  { op, outputNames }: SourceNode,
  why: string,
  shown: string,
  output = 0,
): readonly number[] {
  const name = outputNames[output] ?? '';
  if (Object.hasOwn(shapes, name)) return shapes[name]!;
  return graph.unsupported(
    `what ${op} gives is as large as ${why}, ${shown}`,
    `say how large it is in the batches of this step, shapes: { ${quote(name)}: ${shown} }, as findShapes of @synaprune/onnxruntime finds it for a batch (a trainer does by itself, with a sample), or name an output before it (outputs)`,
  );
}

/**
 * A value whose shape `given` says: the same, and an error of the runtime where `measured`, which has the shape that the
 * data say, is of another.
 */
export function requireShape(
  graph: TrainingGraph,
  value: Value,
  given: readonly number[],
  measured: Value = value,
): Value {
  const check = (): readonly Value[] => {
    const kind = { type: 'int64', shape: [given.length] } as const;
    const [own] = graph.addMany('Shape', [measured], {}, 1, '', [kind]);
    const off = graph.add('Abs', [subtract(graph, own!, graph.integers(given))]);
    const count = add(graph, reduce(graph, 'ReduceSum', off, [0], true), graph.integers([1]));
    // As many as sizes are off, and one: more than one do not become a scalar.
    const many = graph.addMany('Expand', [graph.scalar(1, 'bool'), count], {}, 1, '', [
      { type: 'bool', shape: [1] },
    ]);
    // No Reshape of the value itself: runtimes join one with the next, and the check is gone.
    return [graph.add('Where', [reshape(graph, many[0]!, []), value, value])];
  };
  return composite(graph, 'a shape that is given', [value], check, (_, { gradients }) => [gradients[0]])[0]!;
}

/** What stands for the input that tells the size, where the shape that is given tells it as well. */
type StandIn = (
  context: LoweringContext,
  node: SourceNode,
  given: readonly (readonly number[])[],
) => { readonly input: number; readonly numbers: readonly number[] } | undefined;

const wholeShape =
  (input: number): StandIn =>
  (_, __, [shape]) => ({ input, numbers: shape! });

const along =
  (
    otherwise: number,
    of: (given: readonly (readonly number[])[], axis: number) => readonly number[],
  ): StandIn =>
  (_, { attributes }, given) => ({ input: 1, numbers: of(given, numberAt(attributes, 'axis', otherwise)) });

const numbersOf = (value: Value | undefined): readonly number[] | undefined => value?.constant?.numbers();

/** The ends follow from where a cut begins, its steps and how much it takes. */
const ends: StandIn = (_, { inputs }, [shape]) => {
  const [x, from] = inputs as [Value, Value];
  const starts = numbersOf(from);
  const axes = inputs[3] ? numbersOf(inputs[3]) : range(from.shape[0]!);
  const steps = inputs[4] ? numbersOf(inputs[4]) : axes?.map(() => 1);
  if (starts === undefined || axes === undefined || steps === undefined || steps.some((step) => step < 1)) {
    return undefined;
  }
  const numbers = axes.map((axis, index) => {
    const size = x.shape.at(axis)!;
    const start = starts[index]! < 0 ? Math.max(starts[index]! + size, 0) : Math.min(starts[index]!, size);
    return Math.min(start + shape!.at(axis)! * steps[index]!, size);
  });
  return { input: 2, numbers };
};

/** The limit follows from the first number, the step and how many there are. */
const limit: StandIn = (_, { inputs }, [shape]) => {
  const [start] = numbersOf(inputs[0]) ?? [];
  const [step] = numbersOf(inputs[2]) ?? [];
  if (start === undefined || step === undefined || !/^int/.test(inputs[0]!.type)) return undefined;
  return { input: 1, numbers: [start + step * shape![0]!] };
};

/** Factors do not follow from sizes, which are rounded. */
const sizes: StandIn = (_, { inputs, attributes }, [shape]) => {
  if (inputs[3] === undefined || textAt(attributes, 'keep_aspect_ratio_policy', 'stretch') !== 'stretch')
    return undefined;
  const axes = listAt(attributes, 'axes') ?? range(shape!.length);
  return { input: 3, numbers: axes.map((axis) => shape!.at(axis)!) };
};

const standIns: Readonly<Record<string, StandIn>> = {
  Reshape: wholeShape(1),
  Expand: wholeShape(1),
  ConstantOfShape: wholeShape(0),
  Tile: (_, { inputs }, [shape]) => {
    const { shape: own } = inputs[0]!;
    return own.includes(0) ? undefined : { input: 1, numbers: shape!.map((size, axis) => size / own[axis]!) };
  },
  Slice: ends,
  Resize: sizes,
  Split: along(0, (given, axis) => given.map((shape) => shape.at(axis)!)),
  Range: limit,
  TopK: along(-1, ([shape], axis) => [shape!.at(axis)!]),
  OneHot: along(-1, ([shape], axis) => [shape!.at(axis)!]),
};

/** The shape that is left open, for messages. */
const UNKNOWN = '[…]';

/** What is as large as numbers say that are known when it runs: as large as `shapes` says, checked when it runs. */
const ofGivenSizes: Lowering = (context, node) => {
  const { graph } = context;
  const { op, inputs, attributes, outputNames } = node;
  const why = 'numbers say that are computed when it runs, or trained';
  const counted = op === 'Split' ? outputNames.map((_, at) => at) : [0];
  const given = counted.map((at) => givenShape(context, node, why, UNKNOWN, at));
  const kinds = kindsOf(node, given);
  const measure = () => graph.addMany(op, inputs, attributes, outputNames.length, '', kinds);
  const standIn = standIns[op]?.(context, node, given);
  if (standIn === undefined) {
    const gradient = op === 'Pad' ? computedPadGradient(node) : undefined;
    const refused = () =>
      graph.unsupported(
        `where ${op} takes its elements from is computed when it runs, and something trained leads through it`,
        'export the model with fixed numbers there, or name an output that does not need it (outputs)',
      );
    const outputs = composite(graph, op, inputs, measure, gradient ?? refused);
    return outputs.map((output, at) => requireShape(graph, output, kinds[at]!.shape));
  }
  if (!standIn.numbers.every(Number.isInteger)) {
    return graph.bad(`what ${op} gives has no such shape as shapes say, ${given.map(showShape).join(', ')}`);
  }
  const { type, shape } = inputs[standIn.input]!;
  const kind = { type, shape: shape.length === 0 ? [] : [standIn.numbers.length] };
  const known = inputs.with(standIn.input, graph.constant(kind, standIn.numbers));
  const zeros = op === 'Reshape' && given[0]!.includes(0) ? { allowzero: 1 } : {};
  const outputs = context.lowerings[op]!(context, {
    ...node,
    inputs: known,
    attributes: { ...attributes, ...zeros },
  }) as readonly Value[];
  const measured = withoutTape(graph, measure);
  return outputs.map((output, at) => {
    const wanted = kinds[at]!.shape;
    if (!sameShape(output.shape, wanted)) {
      return graph.bad(`what ${op} gives is ${showShape(output.shape)}, and shapes say ${showShape(wanted)}`);
    }
    return requireShape(graph, output, wanted, measured[at]);
  });
};

function kindsOf(
  { op, inputs, attributes, outputNames }: SourceNode,
  given: readonly (readonly number[])[],
): readonly Kind[] {
  const [shape] = given as [readonly number[]];
  if (op === 'TopK') return [inputs[0]!.type, 'int64' as const].map((type) => ({ type, shape }));
  const { value } = attributes;
  const filled = typeof value === 'object' && 'message' in value ? value.message.t : undefined;
  const type =
    op === 'ConstantOfShape'
      ? filled === undefined
        ? 'float32'
        : typeOf(filled.dataType)!
      : inputs[op === 'OneHot' ? 2 : 0]!.type;
  return outputNames.map((_, at) => ({ type, shape: given[at] ?? shape }));
}

/** What takes the place of an operator's own rewrite where its size is computed. */
export const givenSizeLowerings: Readonly<Record<string, Lowering>> = { [COMPUTED_SIZE]: ofGivenSizes };
