import { fixedBy, isNamedBasis } from '@synaprune/core/numbers';
import { badModel } from '../bytes/wire.js';
import type { Consumer } from '../trace/trace.js';
import type { NodeView, TensorView } from '../view/model-view.js';
import { createFlow } from './flow.js';
import { numbersOf } from './numbers/fixed.js';
import { channelsMade, isArithmetic, roleInArithmetic, type Surroundings } from './refine.js';
import { isKernel, isParameter, type WeightRole } from './table/role.js';
import { lockedBy, roleOf } from './table/role-of.js';
import { type BoundModel, findUses, type Held } from './uses.js';

/** An input that a weight feeds, directly or through what only changes its form. */
export interface WeightUse {
  /** Operator: `Conv`, `com.microsoft.FusedMatMul`, or `output` where the weight is an output of its graph. */
  readonly op: string;
  /** Number of the input. */
  readonly input: number;
  /** Where the node is: `graph/If_0.then_branch/Conv_3`. */
  readonly node: string;
  readonly role: WeightRole;
}

/** A tensor and what it does. */
export interface Assigned {
  readonly tensor: TensorView;
  readonly graph: Held['graph'];
  readonly stored: Held['stored'];
  readonly uses: readonly WeightUse[];
  readonly consumers: readonly Consumer[];
  /** What it does at all of its uses, where they agree. */
  readonly role: WeightRole | 'shared' | 'unused';
  /** What says that nobody learned it, of a tensor whose role what is learned has too. */
  readonly fixed: string | undefined;
  /** Whether a constant is added to it, so that its zeros are no zeros where it is used. */
  readonly shifted: boolean;
  /** Why its elements cannot be made zero where they lie. */
  readonly locked: string | undefined;
  /** Whether something learned lies before one of its uses. */
  readonly behindLearned: boolean;
}

/**
 * What every tensor of a model does, in the order of the model.
 *
 * @throws PruneError `bad-model` when a node on a kernel has outputs that its operator does not give
 */
export function assignRoles(bytes: Uint8Array, model: BoundModel): Assigned[] {
  const { scopes } = model;
  const held = findUses(model);
  const flow = createFlow(scopes);
  const kernels = held.filter(({ consumers }) => consumers.some((use) => isKernel(tableRole(use))));
  const fixed = new Map<TensorView, string>();
  const named: Held[] = [];
  for (const each of kernels) {
    const numbers = numbersOf(bytes, each.tensor);
    const why = numbers && fixedBy('kernel', numbers);
    if (why !== undefined) fixed.set(each.tensor, why);
    else if (isNamedBasis(each.tensor.name, 'kernel')) named.push(each);
  }
  const apart = new Set([...fixed.keys(), ...named.map(({ tensor }) => tensor)]);
  const learning = held.filter(({ tensor }) => !apart.has(tensor));
  const learned = flow.after(
    learning.flatMap(({ consumers }) => consumers.filter(learns).map(({ node }) => node)),
  );
  for (const { tensor, consumers } of named) {
    // A name is not enough behind what is learned: models name layers after what they take.
    if (!consumers.some(({ node }) => learned.has(node))) {
      fixed.set(tensor, 'fixed basis: its name says so, and nothing before it is learned');
    }
  }
  const channels = new Map<NodeView, number>();
  for (const { tensor, consumers } of kernels) {
    for (const { node, input, passage } of consumers) {
      if (passage !== 'helper' && roleOf(node.op, node.domain, input) === 'kernel') {
        requireOneOutput(node);
        channels.set(node, channelsMade(node, input, tensor.shape));
      }
    }
  }
  const around: Surroundings = {
    flow,
    learned,
    leading: flow.before(channels.keys()),
    channelsOf: (node) => channels.get(node),
  };
  return held.map((each) => describeTensor(bytes, each, around, fixed.get(each.tensor)));
}

/** Of ONNX's own operators on kernels only recurrent ones give more than one tensor. */
function requireOneOutput({ op, domain, outputs, place }: NodeView): void {
  if (outputs.length < 2 || domain !== '' || roleOf(op, domain, 2) === 'recurrent kernel') return;
  if (outputs.some((name, i) => i > 0 && name !== ''))
    throw badModel(place, `${outputs.length} outputs; ${op} gives one`);
}

function describeTensor(
  bytes: Uint8Array,
  { tensor, graph, stored, consumers, outputs }: Held,
  around: Surroundings,
  fixedKernel: string | undefined,
): Assigned {
  const uses = [
    ...consumers.map((use): WeightUse => {
      const { op, domain, place } = use.node;
      const role = roleOfUse(tensor, use, around);
      return { op: domain === '' ? op : `${domain}.${op}`, input: use.input, node: place, role };
    }),
    ...outputs.map((node): WeightUse => ({ op: 'output', input: 0, node, role: 'other' })),
  ];
  const roles = new Set(uses.map(({ role }) => role));
  const [first = 'unused'] = roles;
  const role = roles.size > 1 ? 'shared' : first;
  const kernelUses = consumers.filter((use) => isKernel(tableRole(use)));
  return {
    tensor,
    graph,
    stored,
    uses,
    consumers,
    role,
    fixed: fixedKernel ?? fixedOther(bytes, tensor, [...roles]),
    shifted: kernelUses.some(({ passage }) => passage === 'shifted'),
    locked: kernelUses.map(({ node }) => lockedBy(node.op, node.domain)).find((why) => why !== undefined),
    behindLearned: consumers.some(({ node }) => around.learned.has(node)),
  };
}

/** What says of a tensor that is no kernel that nobody learned it. */
function fixedOther(bytes: Uint8Array, tensor: TensorView, roles: readonly WeightRole[]): string | undefined {
  // A table that multiplies values has no parameter's role, and who reads the list should know what it is.
  const parameters = roles.filter((role) => (isParameter(role) && !isKernel(role)) || role === 'other');
  if (parameters.length === 0) return undefined;
  const isTable = tensor.shape.filter((edge) => edge > 1).length > 1;
  const named = parameters.some(
    (role) => role !== 'bias' && role !== 'normalisation' && isTable && isNamedBasis(tensor.name, role),
  );
  if (named) return 'fixed basis: its name says so';
  const numbers = numbersOf(bytes, tensor);
  return numbers && parameters.map((role) => fixedBy(role, numbers)).find((why) => why !== undefined);
}

function roleOfUse(tensor: TensorView, use: Consumer, around: Surroundings): WeightRole {
  const { node, input, scope, passage } = use;
  const role = tableRole(use);
  // Shapes, pads and masks change weights too, and nobody learns them.
  if (passage === 'helper' && role === 'scale' && /int|bool/.test(tensor.type.name)) return 'other';
  if (passage === 'joined' && role === 'other') return around.leading.has(node) ? 'position' : 'other';
  if (role !== 'other' || passage === 'helper' || !isArithmetic(node)) return role;
  return roleInArithmetic({ node, scope, input, shape: tensor.shape, name: tensor.name }, around);
}

/** The role by operator and input, and by what lies between. */
function tableRole({ node: { op, domain }, input, passage }: Consumer): WeightRole {
  const role = roleOf(op, domain, input);
  // Tokens that are joined to the values of a model, and what scales a weight, are parameters and no kernels.
  if (passage === 'joined' && isParameter(role)) return 'position';
  // The model updates only a statistic that lies in it.
  if (role === 'statistic' && passage !== 'itself') return 'other';
  if (passage === 'helper') return isParameter(role) ? 'scale' : 'other';
  return role;
}

const LEARNS: ReadonlySet<WeightRole> = new Set<WeightRole>([
  'kernel',
  'recurrent kernel',
  'embedding',
  'normalisation',
  'slope',
]);

function learns(use: Consumer): boolean {
  return LEARNS.has(tableRole(use));
}
