import { quote } from '@synaprune/core/checks';
import { badModel } from '../artifacts/bad-model.js';
import { type JsonObject, member } from '../artifacts/json-tree.js';
import type { StoredWeight } from '../artifacts/open-artifacts.js';
import { readAttribute, writeAttribute } from './attributes.js';
import type { Graph, GraphModel, GraphNode } from './graph-model.js';

/** A `Const` node and the weight that is its value. */
export interface ConstantNode {
  readonly graph: Graph;
  readonly node: GraphNode;
  readonly weight: StoredWeight;
}

/** All graphs of a model, its own first. */
export function graphsOf({ main, functions }: GraphModel): readonly Graph[] {
  return [main, ...functions.values()];
}

/**
 * The `Const` nodes of a model with their weights. Two graphs may have a node of one name: they share the weight.
 *
 * @throws PruneError `bad-model` when a `Const` node of the model's own graph has no weight, or one of another shape
 *   than it says
 */
export function findConstants(model: GraphModel, weights: readonly StoredWeight[]): readonly ConstantNode[] {
  const byName = new Map(weights.map((weight) => [weight.name, weight]));
  return graphsOf(model).flatMap((graph) =>
    graph.nodes
      .filter(({ op }) => op === 'Const')
      .flatMap((node): ConstantNode[] => {
        const weight = byName.get(node.name);
        if (weight === undefined) {
          if (graph !== model.main) return [];
          throw badModel(`the node ${quote(node.name)} is a Const, and no weight has its name`);
        }
        requireShape(node, weight);
        return [{ graph, node, weight }];
      }),
  );
}

function requireShape(node: GraphNode, { name, shape }: StoredWeight): void {
  const value = readAttribute(node.json, 'value');
  if (value === undefined || value === null || typeof value !== 'object' || !('tensor' in value)) return;
  const told = value.tensor;
  // Tensors that say nothing are those of writers that leave the shape to the manifest.
  if (told === null || (told.length === 0 && shape.length > 0)) return;
  if (told.length === shape.length && told.every((edge, i) => edge === shape[i])) return;
  throw badModel(
    `the node ${quote(name)} says that it is of shape [${told}], and its weight is of [${shape}]`,
  );
}

/** Says the new shape of a weight at its `Const` node, where the node says one; changes the node's JSON. */
export function writeConstantShape(node: GraphNode, shape: readonly number[]): void {
  const tensor = member(member(member(node.json, 'attr'), 'value'), 'tensor');
  if (tensor === undefined) return;
  const type = member(tensor as JsonObject, 'dtype');
  writeAttribute(node.json, 'value', {
    tensor: shape,
    type:
      typeof type === 'string'
        ? type
        : ((readAttribute(node.json, 'dtype') as string | undefined) ?? 'DT_FLOAT'),
  });
}
