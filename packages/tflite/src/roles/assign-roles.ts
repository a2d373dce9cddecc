import { numberOf } from '../format/fields.js';
import type { Graph, Model, Operator, Tensor } from '../model/model.js';
import { FORMS, roleOf } from './operators.js';
import { isKernel, type WeightRole, type WeightUse } from './role.js';

/** Data of a model, what it does, and which tensors it is. */
export interface Assigned {
  readonly graph: Graph;
  /** The first tensor that it is. */
  readonly tensor: Tensor;
  /** All tensors that it is, of all subgraphs: several where they share their data. */
  readonly tensors: readonly Tensor[];
  readonly uses: readonly WeightUse[];
  readonly role: WeightRole | 'shared' | 'unused';
  readonly reason: string;
  readonly kernel: boolean;
  /** Whether something that may have been learned lies before one of its uses. */
  readonly behindLearned: boolean;
}

/** Data while its uses are collected. */
interface Draft {
  readonly graph: Graph;
  readonly tensors: Tensor[];
  readonly uses: WeightUse[];
  behindLearned: boolean;
}

/**
 * What all data of a model does: by the operators that read it, directly or through what only changes its form. In the
 * order of subgraphs and tensors; data that several tensors share is one.
 *
 * @param isFixed whether nobody learned a tensor, though it stands where a kernel stands
 */
export function assignRoles(model: Model, isFixed: (tensor: Tensor) => boolean): Assigned[] {
  const drafts = new Map<unknown, Draft>();
  for (const graph of model.graphs) {
    const origins = new Map<number, Draft>();
    for (const tensor of graph.tensors) {
      const { data, outside } = tensor;
      if (data === undefined && outside === undefined) continue;
      const key = data === undefined ? tensor : `${data.byteOffset} ${data.length}`;
      const draft = drafts.get(key) ?? { graph, tensors: [], uses: [], behindLearned: false };
      draft.tensors.push(tensor);
      drafts.set(key, draft);
      origins.set(tensor.index, draft);
    }
    followGraph(graph, origins, isFixed);
  }
  return [...drafts.values()].map(conclude);
}

/** Walks the operators in their order, in which whatever is read was given before. */
function followGraph(graph: Graph, origins: Map<number, Draft>, isFixed: (tensor: Tensor) => boolean): void {
  const learned = new Set<number>();
  for (const operator of graph.operators) {
    const { op, inputs, outputs, options } = operator;
    const [first = -1] = inputs;
    const origin = origins.get(first);
    if (FORMS.has(op) && origin !== undefined) {
      for (const output of outputs.slice(0, 1)) origins.set(output, origin);
      addUses(graph, operator, origins, false, 1);
      continue;
    }
    const behind = inputs.some((input) => learned.has(input));
    addUses(graph, operator, origins, behind);
    const basic = numberOf(options, 'kernelType') === 1;
    const learns = inputs.some((input, i) => {
      const weight = origins.get(input);
      return weight !== undefined && isKernel(roleOf(op, i, basic) ?? '') && !isFixed(weight.tensors[0]!);
    });
    if (behind || learns) for (const output of outputs) learned.add(output);
  }
  for (const output of graph.outputs) {
    origins.get(output)?.uses.push({ op: 'output', input: 0, node: graph.name, role: 'other' });
  }
}

function addUses(
  graph: Graph,
  { op, inputs, outputs, options }: Operator,
  origins: ReadonlyMap<number, Draft>,
  behindLearned: boolean,
  from = 0,
): void {
  const basic = numberOf(options, 'kernelType') === 1;
  for (const [input, tensor] of inputs.entries()) {
    const origin = input < from ? undefined : origins.get(tensor);
    if (origin === undefined) continue;
    const { type } = origin.tensors[0]!;
    const role = roleOf(op, input, basic) ?? (/^(int32|int64|bool|string)$/.test(type) ? 'setting' : 'other');
    const node = graph.tensors[outputs[0] ?? -1]?.name ?? '';
    origin.uses.push({ op, input, node, role });
    origin.behindLearned ||= behindLearned;
  }
}

function conclude({ graph, tensors, uses, behindLearned }: Draft): Assigned {
  const [tensor] = tensors as [Tensor, ...Tensor[]];
  const made = { graph, tensor, tensors, uses, behindLearned };
  const left = (role: Assigned['role'], reason: string): Assigned => ({
    ...made,
    role,
    reason,
    kernel: false,
  });
  if (uses.length === 0) return left('unused', 'nothing uses it');
  const alike = tensors.every(
    ({ shape, type, quantisation }) =>
      type === tensor.type &&
      shape.join() === tensor.shape.join() &&
      sameQuantisation(quantisation, tensor.quantisation),
  );
  if (!alike) return left('shared', 'its bytes are several tensors of different shapes, types or scales');
  const roles = new Set(uses.map(({ role }) => role));
  const ops = [...new Set(uses.map(({ op }) => op))].join(', ');
  const kernel = [...roles].every(isKernel);
  const [role = 'other'] = roles;
  if (roles.size > 1 && !kernel) return left('shared', `${[...roles].join(' and ')} of ${ops}`);
  const flat = tensor.shape.length < 2;
  const why = kernel && flat ? ', of one dimension' : '';
  return {
    ...made,
    role,
    reason: role === 'other' ? `not known what it is to ${ops}` : `${role} of ${ops}${why}`,
    kernel: kernel && !flat,
  };
}

function sameQuantisation(a: Tensor['quantisation'], b: Tensor['quantisation']): boolean {
  if (typeof a !== 'object' || typeof b !== 'object') return a === b;
  return (
    a.axis === b.axis && a.scales.join() === b.scales.join() && a.zeroPoints.join() === b.zeroPoints.join()
  );
}
