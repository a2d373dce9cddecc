import { type Notice, PruneError } from '@synaprune/core';
import type { TensorProto } from 'onnx-buf';
import { type Element, elementOf } from '../elements/element.js';
import type { ElementType } from '../elements/element-type.js';
import { faultOf, type Kind, MOST_AXES, showShape } from '../elements/kind.js';
import { fold } from '../fold/fold.js';
import { elementsOfTensor, kindOfTensor } from '../messages/tensors.js';
import { inferKinds } from '../shapes/infer.js';
import type { ShapeRule } from '../shapes/rule.js';
import type { Attributes } from '../values/attributes.js';
import type { Constant, GraphNode, Value } from '../values/value.js';
import { oneLine } from './place.js';

/** A graph under construction: nodes are added in the order they can run in, their shapes known at once. */
export interface Graph {
  /** The version of the standard operators that nodes are written for. */
  readonly opset: number;
  /** All nodes so far. */
  readonly nodes: GraphNode[];
  /** Where messages say that something is wrong, such as `node "conv1" (Conv)`. */
  place: string;
  /** What the caller should be told, though nothing is wrong enough to throw. */
  readonly notices: Notice[];
  /** What looked odd on the way, for when something does not fit later. */
  readonly suspects: string[];
  /** Shape rules for operators of the user's own, by name. */
  readonly shapeRules: Map<string, ShapeRule>;
  /** A node with one output. */
  add(op: string, inputs: readonly (Value | undefined)[], attributes?: Attributes): Value;
  /** A node with several outputs; `kinds` are what they are, where that follows from no rule. */
  addMany(
    op: string,
    inputs: readonly (Value | undefined)[],
    attributes: Attributes,
    count: number,
    domain?: string,
    kinds?: readonly Kind[],
  ): readonly Value[];
  /** A value that something outside the nodes gives: an input of the graph, or a weight. */
  source(label: string, kind: Kind): Value;
  /** Known elements; 64-bit integers as numbers or, beyond 2⁵³, as bigints. */
  constant(kind: Kind, elements: readonly Element[]): Value;
  /** Known elements, as a file holds them. */
  constantTensor(label: string, tensor: TensorProto): Value;
  /** A known number of no dimensions. */
  scalar(number: number, type?: ElementType): Value;
  /** Known int64 numbers of one dimension. */
  integers(numbers: readonly number[]): Value;
  /**
   * Says what cannot be had, and what would do.
   *
   * @throws PruneError `unsupported-operator`, with the place
   */
  unsupported(what: string, instead?: string): never;
  /** @throws PruneError `bad-model`, with the place */
  bad(what: string): never;
}

/** As many elements as a shape has axes at most. */
const FEW = MOST_AXES;

/** Elements of longer constants that are computed before a graph runs, all its nodes together. */
const MOST_FOLDED = 2 ** 22;

/** Elements read once, when they are asked for. */
function constantOf({ type }: Kind, read: () => readonly Element[]): Constant {
  let elements: readonly Element[] | undefined;
  let numbers: readonly number[] | undefined;
  const exact = () => {
    elements ??= read().map((element) => elementOf(type, element));
    return elements;
  };
  return {
    elements: exact,
    numbers: () => {
      numbers ??= exact().map(Number);
      return numbers;
    },
  };
}

/** What whoever builds a graph does besides. */
export interface GraphHooks {
  /** What the graph is to be, for messages: `a training step`. */
  readonly purpose?: string;
  /** Called with each node as it is added, such as by what records them for gradients. */
  readonly added?: (node: GraphNode) => void;
  /** What would do instead of an operator that no graph holds, for messages. */
  readonly insteadOf?: (op: string, domain: string) => string;
}

/** An empty graph whose generated names start with `prefix`. */
export function createGraph(
  prefix: string,
  opset: number,
  { purpose = 'a graph', added, insteadOf }: GraphHooks = {},
): Graph {
  const constants = new Map<string, Value>();
  const nodes: GraphNode[] = [];
  const shapeRules = new Map<string, ShapeRule>();
  let count = 0;
  let room = MOST_FOLDED;
  const fresh = (label: string, kind: Kind): Value => ({
    name: `${prefix}${label}_${count++}`,
    type: kind.type,
    shape: kind.shape,
  });

  const graph: Graph = {
    opset,
    nodes,
    shapeRules,
    notices: [],
    place: 'the model',
    suspects: [],
    add(op, inputs, attributes = {}) {
      return graph.addMany(op, inputs, attributes, 1)[0]!;
    },
    addMany(op, inputs, attributes, outputCount, domain = '', given = undefined) {
      const kinds = given ?? kindsOf(op, domain, inputs, attributes, outputCount);
      const folded =
        domain === '' && !shapeRules.has(op) && given === undefined
          ? foldNode(op, inputs, attributes, kinds)
          : undefined;
      if (folded !== undefined) return kinds.map((kind, index) => graph.constant(kind, folded[index]!));
      const outputs = kinds.map((kind) => fresh(op, kind));
      const node = { op, domain, inputs, outputs, attributes };
      nodes.push(node);
      added?.(node);
      return outputs;
    },
    source(label, kind) {
      return { name: `${prefix}${label}`, type: kind.type, shape: kind.shape };
    },
    constant(kind, elements) {
      // Few, as long lists make long keys; -0 and 0 are one number in text and two constants in a graph.
      const key =
        elements.length <= FEW && kind.type !== 'string'
          ? `${kind.type} ${kind.shape} ${elements.map((e) => (Object.is(e, -0) ? '-0' : String(e)))}`
          : undefined;
      const known = key === undefined ? undefined : constants.get(key);
      if (known !== undefined) return known;
      const value: Value = { ...fresh('constant', kind), constant: constantOf(kind, () => elements) };
      if (key !== undefined) constants.set(key, value);
      return value;
    },
    constantTensor(label, tensor) {
      const kind = kindOfTensor(tensor);
      return {
        ...fresh(label, kind),
        constant: { ...constantOf(kind, () => elementsOfTensor(tensor)), tensor },
      };
    },
    scalar(number, type = 'float32') {
      return graph.constant({ type, shape: [] }, [number]);
    },
    integers(numbers) {
      return graph.constant({ type: 'int64', shape: [numbers.length] }, numbers);
    },
    unsupported(what, instead) {
      const remedy = instead === undefined ? '' : `; ${instead}`;
      throw new PruneError('unsupported-operator', `${graph.place}: ${what}${remedy}`);
    },
    bad(what) {
      const suspect = graph.suspects[0];
      // The model may be a good one for another batch.
      if (suspect !== undefined) return graph.unsupported(what, suspect);
      throw new PruneError('bad-model', `${graph.place}: ${what}`);
    },
  };

  /** Few elements are always worth it; a graph of many nodes with many each would fill the memory. */
  function foldNode(
    op: string,
    inputs: readonly (Value | undefined)[],
    attributes: Attributes,
    kinds: readonly Kind[],
  ) {
    const folded = fold(op, inputs, attributes, kinds, Math.max(room, FEW));
    for (const elements of folded ?? []) if (elements.length > FEW) room -= elements.length;
    return folded;
  }

  function kindsOf(
    op: string,
    domain: string,
    inputs: readonly (Value | undefined)[],
    attributes: Attributes,
    outputCount: number,
  ): readonly Kind[] {
    const key = domain === '' ? op : `${domain}::${op}`;
    const rule = shapeRules.get(key) ?? (domain === '' ? inferKinds[op] : undefined);
    if (rule === undefined) {
      graph.unsupported(`${oneLine(key)} has no place in ${purpose}`, insteadOf?.(op, domain));
    }
    try {
      const kinds = rule(inputs as readonly Value[], attributes, outputCount);
      for (const { shape } of kinds) {
        const fault = faultOf(shape);
        if (fault !== undefined) throw new RangeError(`its output would have ${fault}`);
      }
      return kinds.slice(0, outputCount);
    } catch (error) {
      if (!(error instanceof RangeError || error instanceof TypeError)) throw error;
      const shapes = inputs
        .map((input) => (input ? `${input.type}${showShape(input.shape)}` : 'none'))
        .join(', ');
      return graph.bad(`${key} of ${shapes}: ${error.message}`);
    }
  }

  return graph;
}
