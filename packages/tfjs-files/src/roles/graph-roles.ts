import type { StoredWeight } from '../artifacts/open-artifacts.js';
import { findConstants } from '../graph-model/constants.js';
import type { Graph, GraphModel, GraphNode } from '../graph-model/graph-model.js';
import { roleAt } from './operators.js';
import { type Assigned, isKernel, type WeightRole, type WeightUse } from './role.js';
import { type Consumer, createTracer } from './trace.js';

/**
 * What every weight of a graph model does, by what it feeds, in the order of the weights.
 *
 * @param isFixed whether a weight's numbers say that nobody learned it
 * @throws PruneError `bad-model`
 */
export function assignGraphRoles(
  model: GraphModel,
  weights: readonly StoredWeight[],
  isFixed: (weight: StoredWeight) => boolean,
): Assigned[] {
  const tracer = createTracer(model);
  const held = new Map<StoredWeight, Held>();
  for (const { graph, node, weight } of findConstants(model, weights)) {
    const before = held.get(weight) ?? { places: [], consumers: [], isOutput: false };
    held.set(weight, {
      places: [...before.places, placeOf(graph, node)],
      consumers: [...before.consumers, ...tracer.consumersOf(graph, node.name)],
      isOutput: before.isOutput || tracer.isOutput(graph, node.name),
    });
  }
  const learns = ({ role }: WeightUse) => isKernel(role) || role === 'embedding' || role === 'normalisation';
  const uses = new Map([...held].map(([weight, each]) => [weight, usesOf(weight, each)]));
  const learned = tracer.after(
    [...held].flatMap(([weight, { consumers }]) =>
      uses.get(weight)!.some(learns) && !isFixed(weight) ? consumers : [],
    ),
  );
  return weights.map((weight): Assigned => {
    const each = held.get(weight);
    const own = uses.get(weight) ?? [];
    const consumers = each?.consumers ?? [];
    return {
      place: each?.places[0] ?? weight.name,
      uses: own,
      behindLearned: consumers.some(({ node }) => learned.has(node)),
      ...judge(weight, own, consumers),
    };
  });
}

interface Held {
  readonly places: readonly string[];
  readonly consumers: readonly Consumer[];
  readonly isOutput: boolean;
}

function usesOf(weight: StoredWeight, { consumers, isOutput }: Held): WeightUse[] {
  const isNumber = weight.dtype === 'float32' || weight.dtype === 'complex64';
  const uses = consumers.map(
    ({ graph, node, input }): WeightUse => ({
      op: node.op,
      input,
      node: placeOf(graph, node),
      role: roleAt(node, input, weight.shape) ?? (isNumber ? 'other' : 'setting'),
    }),
  );
  return isOutput ? [...uses, { op: 'output', input: 0, node: 'output', role: 'other' }] : uses;
}

function judge(
  { shape, dtype }: StoredWeight,
  uses: readonly WeightUse[],
  consumers: readonly Consumer[],
): Pick<Assigned, 'role' | 'reason' | 'kernel'> {
  const roles = new Set<WeightRole>(uses.map(({ role }) => role));
  const [role] = roles;
  if (role === undefined) return { role: 'unused', reason: 'unused', kernel: false };
  if (roles.size > 1) {
    const does = new Set(uses.map(({ op, input }) => `input ${input} of ${op}`));
    return { role: 'shared', reason: `shared by ${[...does].join(', ')}`, kernel: false };
  }
  const { op } = uses[0]!;
  // What has no role of its own is only added, multiplied with …
  const without = op === 'output' ? 'output of the model' : `operand of ${op}`;
  const reason = role === 'other' ? without : `${role} of ${op}`;
  const leave = (why: string) => ({ role, reason: `${reason}${why}`, kernel: false });
  if (!isKernel(role)) return leave('');
  if (dtype !== 'float32') return leave(`, of type ${dtype}`);
  if (shape.length < 2) return leave(', of one dimension');
  if (consumers.some(({ shifted }) => shifted)) {
    return leave(', with a constant added on the way: its zeros are no zeros there');
  }
  return { role, reason, kernel: true };
}

function placeOf(graph: Graph, node: GraphNode): string {
  return graph.name === '' ? node.name : `${graph.name}/${node.name}`;
}
