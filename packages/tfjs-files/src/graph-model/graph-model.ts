import { isRecord, quote } from '@synaprune/core/checks';
import type { TfjsArtifacts } from '../artifacts/artifacts.js';
import { badModel } from '../artifacts/bad-model.js';
import { copyJson, type JsonObject, listMember, member, textMember } from '../artifacts/json-tree.js';
import { type Endpoint, parseEndpoint } from './endpoint.js';

/**
 * A graph model as nodes that are easy to follow. It stands on a copy of the topology that is its own: who changes the
 * `json` of a node, or `nodes` of a graph's `json`, and puts `topology` into new artifacts, has a changed model.
 *
 * The values of `Const` nodes are weights: `weights.get(node.name)`, in functions too, since tfjs knows weights by name
 * only. `findConstants` pairs them.
 */
export interface GraphModel {
  /** A copy of `modelTopology`. */
  readonly topology: JsonObject;
  /** The model's own graph. */
  readonly main: Graph;
  /** The functions of its library, by name: bodies of loops and branches, and called parts. */
  readonly functions: ReadonlyMap<string, Graph>;
}

/** A graph of nodes: the model's, or a function's. */
export interface Graph {
  /** `''` for the model's own. */
  readonly name: string;
  readonly nodes: readonly GraphNode[];
  readonly byName: ReadonlyMap<string, GraphNode>;
  /** Names of placeholders, in a function of its arguments in their order, which have no node. */
  readonly inputs: readonly string[];
  /** What it gives; for a model without a signature whatever no node takes, but constants. */
  readonly outputs: readonly Endpoint[];
  /** Its part of the topology: `node` or `nodeDef` in it is the list of nodes. */
  readonly json: JsonObject;
}

/** A node of a {@link Graph}. Its attributes: `readAttribute(node.json, 'strides')`. */
export interface GraphNode {
  readonly name: string;
  readonly op: string;
  /** Data inputs, in their order. */
  readonly inputs: readonly Endpoint[];
  /** Names of nodes that only have to run before it. */
  readonly controls: readonly string[];
  readonly json: JsonObject;
}

/** Nodes and inputs that are more than any model has. */
const MOST_NODES = 1_000_000;

/**
 * Reads the topology of a graph model; inputs that name no node are refused.
 *
 * @param artifacts checked by `openArtifacts`, of kind `graph`
 * @throws PruneError `bad-model`
 */
export function readGraphModel(artifacts: TfjsArtifacts): GraphModel {
  const topology = copyJson('modelTopology', artifacts.modelTopology ?? {}) as JsonObject;
  // Converters of old wrote it into the metadata, and tfjs takes that first.
  const signature =
    member(member(artifacts, 'userDefinedMetadata'), 'signature') ?? member(artifacts, 'signature');
  const functions = new Map<string, Graph>();
  for (const each of listMember('modelTopology.library', member(topology, 'library'), 'function')) {
    const graph = readFunction(each);
    if (functions.has(graph.name)) throw badModel(`two functions are named ${quote(graph.name)}`);
    functions.set(graph.name, graph);
  }
  const nodes = readNodes('modelTopology', topology, 'node', []);
  const inputs = nodes.filter(({ op }) => op.startsWith('Placeholder')).map(({ name }) => name);
  const main = finishGraph('', topology, nodes, inputs, signatureOutputs(signature, nodes));
  return { topology, main, functions };
}

function readFunction(json: unknown): Graph {
  if (!isRecord(json)) throw badModel('a function of the library is no object');
  const signature = member(json, 'signature');
  const name = textMember('the signature of a function', signature, 'name');
  const what = `the function ${quote(name)}`;
  const inputs = listMember(what, signature, 'inputArg').map((each) => textMember(what, each, 'name'));
  const nodes = readNodes(what, json, 'nodeDef', inputs);
  const ret = member(json, 'ret');
  const outputs = listMember(what, signature, 'outputArg').map((each) => {
    const output = textMember(what, each, 'name');
    return parseEndpoint(textMember(`${what}, which returns ${quote(output)},`, ret, output));
  });
  return finishGraph(name, json, nodes, inputs, outputs);
}

function readNodes(what: string, json: JsonObject, key: string, taken: readonly string[]): GraphNode[] {
  const list = listMember(what, json, key);
  if (list.length > MOST_NODES) throw badModel(`${what} has ${list.length} nodes; the most is ${MOST_NODES}`);
  const names = new Set(taken);
  return list.map((each, i): GraphNode => {
    const place = `node ${i} of ${what}`;
    if (!isRecord(each)) throw badModel(`${place} is no object`);
    const name = textMember(place, each, 'name');
    if (names.has(name)) throw badModel(`two nodes of ${what} are named ${quote(name)}`);
    names.add(name);
    const inputs: Endpoint[] = [];
    const controls: string[] = [];
    for (const input of listMember(place, each, 'input')) {
      if (typeof input !== 'string') throw badModel(`${place} needs inputs that are text`);
      if (input.startsWith('^')) controls.push(parseEndpoint(input.slice(1)).node);
      else inputs.push(parseEndpoint(input));
    }
    return { name, op: textMember(place, each, 'op'), inputs, controls, json: each };
  });
}

function finishGraph(
  name: string,
  json: JsonObject,
  nodes: readonly GraphNode[],
  inputs: readonly string[],
  told: readonly Endpoint[] | undefined,
): Graph {
  const byName = new Map(nodes.map((node) => [node.name, node]));
  const places = new Set([...byName.keys(), ...inputs]);
  const used = new Set<string>();
  for (const node of nodes) {
    for (const source of [...node.inputs.map((input) => input.node), ...node.controls]) {
      used.add(source);
      if (places.has(source)) continue;
      throw badModel(`the node ${quote(node.name)} takes ${quote(source)}, which is no node`);
    }
  }
  for (const { node } of told ?? []) {
    if (!places.has(node)) throw badModel(`the output ${quote(node)} of the graph is no node`);
  }
  const ends = nodes.filter((node) => !used.has(node.name) && node.op !== 'Const');
  return {
    name,
    json,
    nodes,
    byName,
    inputs,
    outputs: told ?? ends.map((node) => ({ node: node.name, output: 0 })),
  };
}

/** The outputs that a signature names, as far as there are such nodes: that is how tfjs takes it. */
function signatureOutputs(signature: unknown, nodes: readonly GraphNode[]): readonly Endpoint[] | undefined {
  const outputs = member(signature, 'outputs');
  if (!isRecord(outputs)) return undefined;
  const names = new Set(nodes.map(({ name }) => name));
  const ends = Object.values(outputs)
    .map((each) => member(each, 'name'))
    .filter((name): name is string => typeof name === 'string')
    .map(parseEndpoint)
    .filter(({ node }) => names.has(node));
  return ends.length === 0 ? undefined : ends;
}
