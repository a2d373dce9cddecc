import { describe } from '@synaprune/core/checks';
import {
  type ExternalData,
  encodeModel,
  type GraphProto,
  type TensorProto,
  tensorToFloat32,
} from '@synaprune/onnx';
import { graphsOf, hoistTensors, type SourceModel, sourceOf, viewMessages } from '@synaprune/onnx/graph';
import { type Branches, requireBranches } from '../inline/control-flow.js';
import { writeFunctions } from '../inline/functions.js';
import { requireEmbedded, wholeModel } from '../weights/whole-model.js';
import { holdsGraph } from './readers.js';

/** A model that adapters are for. */
export interface BaseModel {
  /** As it was given, whole. */
  readonly given: Uint8Array;
  /** The same, with the tensors of branches and loops in its own graph, and functions written out where they are called. */
  readonly bytes: Uint8Array;
  /** Of `bytes`. */
  readonly source: SourceModel;
  /** The name that `findWeights` gives to a tensor of `bytes`. */
  nameOf(tensor: string): string;
  /** The tensors of `bytes` by the names that `findWeights` gives. */
  readonly tensors: ReadonlyMap<string, TensorProto>;
  /** What is told of the model's branches, told of those of `bytes`, where a function that holds an `If` stands several times. */
  branchesOf(told: Branches): Branches;
}

/**
 * @param branches which branch of an `If` is trained; each has to be one of the model's
 * @throws TypeError | PruneError `bad-model`, `external-data`, `unmatched-selector`, `unsupported-operator`
 */
export function openBase(
  caller: string,
  model: Uint8Array,
  externalData: ExternalData | undefined,
  branches: Branches = {},
): BaseModel {
  if (!(model instanceof Uint8Array)) {
    throw new TypeError(
      `${caller} needs model to be the bytes of an .onnx file, a Uint8Array, got ${describe(model)}`,
    );
  }
  const given = wholeModel(model, externalData);
  const plain = sourceOf(viewMessages(given));
  requireEmbedded(plain.tensors.values());
  const isPlain =
    plain.functions.length === 0 && !plain.nodes.some(({ attribute }) => attribute.some(holdsGraph));
  if (isPlain && Object.keys(branches).length === 0) {
    return {
      given,
      bytes: given,
      source: plain,
      nameOf: (name) => name,
      tensors: plain.tensors,
      branchesOf: (told) => told,
    };
  }
  const { model: message, originals } = hoistTensors(given);
  requireBranches(message, branches);
  writeFunctions(message, new Set());
  const copies = nameApart(message.graph!);
  const source = sourceOf(message);
  requireEmbedded(source.tensors.values());
  const nameOf = (name: string) => originals.get(name) ?? name;
  const tensors = new Map(Array.from(source.tensors, ([name, tensor]) => [nameOf(name), tensor]));
  return {
    given,
    bytes: encodeModel(message),
    source,
    nameOf,
    tensors,
    branchesOf: (told) => ({
      ...told,
      ...Object.fromEntries(
        [...copies].flatMap(([copy, name]) => (told[name] === undefined ? [] : [[copy, told[name]]])),
      ),
    }),
  };
}

/**
 * Other names for nodes of one graph that have the same, as those of a function that is called twice: runtimes refuse them.
 *
 * @returns what the nodes were called, by their new names
 */
function nameApart(graph: GraphProto, copies = new Map<string, string>()): ReadonlyMap<string, string> {
  const taken = new Set<string>(graph.node.map(({ name }) => name));
  const seen = new Set<string>(['']);
  for (const node of graph.node) {
    const { name } = node;
    for (let count = 2; seen.has(node.name) && name !== ''; count += 1) {
      const other = `${name}#${count}`;
      if (taken.has(other)) continue;
      node.name = other;
      taken.add(other);
      copies.set(other, name);
    }
    seen.add(node.name);
    for (const inner of node.attribute.flatMap(graphsOf)) nameApart(inner, copies);
  }
  return copies;
}

/** The values of a kernel; a copy. */
export const valuesOf = ({ tensors }: Pick<BaseModel, 'tensors'>, name: string): Float32Array =>
  tensorToFloat32(tensors.get(name)!);
