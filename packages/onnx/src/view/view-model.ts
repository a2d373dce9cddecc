import { quote } from '@synaprune/core/checks';
import { checkModelBytes } from '../bytes/check-model-bytes.js';
import { badModel, forEachField, lowVarint, readText, type Span } from '../bytes/wire.js';
import { domainOf } from '../domain.js';
import { factsOf } from '../elements/element-type.js';
import type { FunctionView, GraphView, ModelView, NodeView, Reach, TensorView } from './model-view.js';
import { outOfBounds } from './out-of-bounds.js';
import { readSparseTensor, readTensor } from './view-tensor.js';

/** Graphs inside graphs; protocol-buffer readers stop at 100 messages, which are 33 graphs. */
const DEEPEST_GRAPH = 32;

/** Nodes and tensors of one model; each costs a little memory whatever it holds. */
const MOST_PARTS = 1 << 20;

interface Reading {
  readonly bytes: Uint8Array;
  readonly files: Reach | undefined;
  parts: number;
}

/**
 * What a model holds, as it lies in its bytes.
 *
 * @param files those that its tensors may lie in; unless given, such tensors are left as they are
 * @throws TypeError when they are no bytes
 * @throws PruneError `bad-model`; `external-data` when a tensor does not lie in the files as the model says
 */
export function viewModel(caller: string, bytes: Uint8Array, files?: Reach): ModelView {
  const { graph, functions } = checkModelBytes(caller, bytes);
  const reading = { bytes, files, parts: 0 };
  return {
    graph: readGraph(reading, graph, 'graph', 1),
    functions: functions.map((span) => readFunction(reading, span)),
  };
}

function readGraph(reading: Reading, span: Span, place: string, depth: number): GraphView {
  if (depth > DEEPEST_GRAPH) throw badModel(place, `graphs inside graphs more than ${DEEPEST_GRAPH} deep`);
  const { bytes } = reading;
  const inputs: string[] = [];
  const outputs: string[] = [];
  const initializers: TensorView[] = [];
  const nodes: NodeView[] = [];
  forEachField(bytes, span, place, (field, wire, start, end) => {
    if (wire !== 2) return;
    const part = { start, end };
    if (field === 1) nodes.push(readNode(reading, part, { place, index: nodes.length, depth }));
    else if (field === 5)
      initializers.push(locate(reading, readTensor(bytes, countPart(reading, part, place), place)));
    else if (field === 15)
      initializers.push(locate(reading, readSparseTensor(bytes, countPart(reading, part, place), place)));
    else if (field === 11) inputs.push(readFirstText(bytes, countPart(reading, part, place), place));
    else if (field === 12) outputs.push(readFirstText(bytes, countPart(reading, part, place), place));
  });
  return { place, inputs, outputs, initializers, nodes };
}

function readFunction(reading: Reading, span: Span): FunctionView {
  const { bytes } = reading;
  let name = '';
  let domain = '';
  const inputs: string[] = [];
  const outputs: string[] = [];
  const bodies: Span[] = [];
  forEachField(bytes, span, 'a function', (field, wire, start, end) => {
    if (wire !== 2) return;
    if (field === 1) name = readText(bytes, start, end, 'a function');
    else if (field === 4) inputs.push(readText(bytes, start, end, 'a function'));
    else if (field === 5) outputs.push(readText(bytes, start, end, 'a function'));
    else if (field === 7) bodies.push({ start, end });
    else if (field === 10) domain = readText(bytes, start, end, 'a function');
  });
  const place = `function ${domain === '' ? name : `${domain}.${name}`}`;
  const nodes = bodies.map((part, index) => readNode(reading, part, { place, index, depth: 1 }));
  return { name, domain, place, inputs, outputs, initializers: [], nodes };
}

/** One for all nodes without attributes: large models have hundreds of thousands of those. */
const NO_INTEGERS: ReadonlyMap<string, number> = new Map();
const NO_GRAPHS: NodeView['graphs'] = [];

function readNode(
  reading: Reading,
  span: Span,
  { place, index, depth }: { readonly place: string; readonly index: number; readonly depth: number },
): NodeView {
  const { bytes } = reading;
  countPart(reading, span, place);
  const inputs: string[] = [];
  const outputs: string[] = [];
  const attributes: Span[] = [];
  let name = '';
  let op = '';
  let domain = '';
  const here = `node ${index} of ${place}`;
  forEachField(bytes, span, here, (field, wire, start, end) => {
    if (wire !== 2) return;
    if (field === 1) inputs.push(readText(bytes, start, end, here));
    else if (field === 2) outputs.push(readText(bytes, start, end, here));
    else if (field === 3) name = readText(bytes, start, end, here);
    else if (field === 4) op = readText(bytes, start, end, here);
    else if (field === 5) attributes.push({ start, end });
    else if (field === 7) domain = readText(bytes, start, end, here);
  });
  if (op === '') throw badModel(here, 'no op_type');
  const label = name === '' ? `${op}_${index}` : name;
  const node = {
    place: `${place}/${label}`,
    label,
    op,
    domain: domainOf(domain),
    // An array that grew keeps room for more.
    inputs: inputs.slice(),
    outputs: outputs.slice(),
  };
  if (attributes.length === 0) return { ...node, integers: NO_INTEGERS, graphs: NO_GRAPHS };
  const integers = new Map<string, number>();
  const graphs: { attribute: string; graph: GraphView }[] = [];
  const constants: TensorView[] = [];
  const isConstant = op === 'Constant' && domainOf(domain) === '';
  const names = new Set<string>();
  for (const attribute of attributes) {
    const read = readAttribute(bytes, attribute, here);
    if (names.has(read.name)) throw badModel(here, `the attribute ${quote(read.name)} twice`);
    names.add(read.name);
    if (read.integer !== undefined) integers.set(read.name, read.integer);
    for (const [i, graph] of read.graphs.entries()) {
      const number = read.graphs.length > 1 ? `[${i}]` : '';
      const inner = `${place}/${label}.${read.name}${number}`;
      graphs.push({ attribute: read.name, graph: readGraph(reading, graph, inner, depth + 1) });
    }
    if (isConstant) {
      const found = readConstant(bytes, read, { place, name: outputs[0] ?? '' });
      constants.push(...found.map((tensor) => locate(reading, tensor)));
    } else if (read.tensor !== undefined) requireInside(readTensor(bytes, read.tensor, here));
  }
  const [constant] = constants;
  return {
    ...node,
    integers,
    graphs,
    // A tensor is known by the name it has in the graph, which for a Constant is that of its output.
    ...(constant === undefined
      ? {}
      : { constant: { ...constant, name: outputs[0] ?? '', place: `${place}/${outputs[0] ?? label}` } }),
  };
}

interface AttributeSpans {
  readonly name: string;
  readonly span: Span;
  /** Whether whoever calls the function gives it. */
  readonly given: boolean;
  readonly integer?: number;
  readonly tensor?: Span;
  readonly sparse?: Span;
  readonly graphs: readonly Span[];
  readonly floats: readonly Span[];
}

function readAttribute(bytes: Uint8Array, span: Span, place: string): AttributeSpans {
  let name = '';
  let given = false;
  const integers: number[] = [];
  const tensors: Span[] = [];
  const sparse: Span[] = [];
  const single: Span[] = [];
  const several: Span[] = [];
  const floats: Span[] = [];
  forEachField(bytes, span, `an attribute of ${place}`, (field, wire, start, end) => {
    if (field === 1 && wire === 2) name = readText(bytes, start, end, place);
    else if (field === 21 && wire === 2) given = end > start;
    else if (field === 3 && wire === 0) integers.push(lowVarint(bytes, start, end));
    else if ((field === 2 && wire === 5) || (field === 7 && (wire === 5 || wire === 2))) {
      floats.push({ start, end });
    } else if (field === 5 && wire === 2) tensors.push({ start, end });
    else if (field === 6 && wire === 2) single.push({ start, end });
    else if (field === 11 && wire === 2) several.push({ start, end });
    else if (field === 22 && wire === 2) sparse.push({ start, end });
  });
  if (single.length > 1 || tensors.length > 1 || sparse.length > 1) {
    throw badModel(place, `the attribute ${quote(name)} with more than one value`);
  }
  const integer = integers.at(-1);
  return {
    name,
    span,
    given,
    graphs: [...single, ...several],
    floats,
    ...(integer === undefined ? {} : { integer }),
    ...(tensors[0] === undefined ? {} : { tensor: tensors[0] }),
    ...(sparse[0] === undefined ? {} : { sparse: sparse[0] }),
  };
}

function locate({ files }: Reading, tensor: TensorView): TensorView {
  return files === undefined ? tensor : files.locate(tensor);
}

/** Attributes are small; one in another file would be a file that nobody looks for. */
function requireInside({ storage, place }: TensorView): void {
  if (storage.kind !== 'external') return;
  throw outOfBounds(place, 'the tensor of an attribute in another file, which is read of Constant only');
}

const FLOAT = factsOf('float32');

function readConstant(
  bytes: Uint8Array,
  { name, span, given, tensor, sparse, floats }: AttributeSpans,
  node: { readonly place: string; readonly name: string },
): TensorView[] {
  if (given) return [];
  if (name === 'value' && tensor !== undefined) return [readTensor(bytes, tensor, node.place)];
  if (name === 'sparse_value' && sparse !== undefined) return [readSparseTensor(bytes, sparse, node.place)];
  if (name !== 'value_float' && name !== 'value_floats') return [];
  const place = `${node.place}/${node.name}`;
  let elements = 0;
  for (const { start, end } of floats) {
    if ((end - start) % 4 !== 0) throw badModel(place, `a part of a number at byte ${end}`);
    elements += (end - start) / 4;
  }
  const shape = name === 'value_float' ? [] : [elements];
  if (name === 'value_float' && elements !== 1) throw badModel(place, `${elements} numbers; needed is one`);
  const storage = elements === 0 ? ({ kind: 'none' } as const) : ({ kind: 'typed', spans: floats } as const);
  return [{ name: node.name, place, span, shape, elements, type: FLOAT, storage }];
}

/** The name of a `ValueInfoProto`. */
function readFirstText(bytes: Uint8Array, span: Span, place: string): string {
  let text = '';
  forEachField(bytes, span, place, (field, wire, start, end) => {
    if (field === 1 && wire === 2) text = readText(bytes, start, end, place);
  });
  return text;
}

function countPart(reading: Reading, part: Span, place: string): Span {
  reading.parts += 1;
  if (reading.parts > MOST_PARTS) throw badModel(place, `more than ${MOST_PARTS} nodes and tensors`);
  return part;
}
