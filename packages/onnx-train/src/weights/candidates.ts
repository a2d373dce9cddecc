import type { TensorProto } from '@synaprune/onnx';
import { tensorToFloat32 } from '@synaprune/onnx';
import { findRoles, isParameter, type SourceModel, type TensorRole } from '@synaprune/onnx/graph';

/** A float tensor of a model, and what training makes of it unless the caller says otherwise. */
export interface WeightCandidate {
  readonly name: string;
  readonly shape: readonly number[];
  readonly role: TensorRole['role'];
  readonly dataType: TensorRole['dataType'];
  /** Whether it gets a mask: a kernel as files have it, and not small. */
  readonly kernel: boolean;
  /**
   * `parameter`: trained. `doubtful`: left, though it might be one. `left`: clearly none. `never`: cannot be trained,
   * even when it is named.
   */
  readonly standing: 'parameter' | 'doubtful' | 'left' | 'never';
  /** Why. */
  readonly reason: string;
  /** What says that nobody learned it. */
  readonly fixed: string | undefined;
  /** What it feeds as a parameter, once for each node. */
  readonly users: readonly string[];
}

/** Roles that a `Constant` may have beside parameters in initializers, where exporters keep all of them. */
const CLEAR = new Set(['kernel', 'recurrent kernel', 'embedding', 'bias', 'normalisation', 'slope']);

/**
 * The float tensors of a model's own graph, in its order, by the table that pruning files goes by.
 *
 * @param bytes the model that `source` was read from
 */
export function findCandidates(
  source: SourceModel,
  bytes: Uint8Array,
  minElements: number | undefined,
): readonly WeightCandidate[] {
  const roles = findRoles(bytes, minElements === undefined ? {} : { minElements }).filter(
    ({ graph, name, dataType }) => graph === 'graph' && source.tensors.has(name) && /^b?float/.test(dataType),
  );
  const isClear = ({ uses }: TensorRole) => uses.some(({ role }) => CLEAR.has(role));
  const model = {
    initializersHold: roles.some((each) => each.stored === 'initializer' && isClear(each)),
    anyClear: roles.some((each) => isClear(each) && each.fixed === undefined),
    numbersApart: roles.some(({ stored, elements }) => stored === 'constant' && elements === 1),
  };
  return roles.map((each): WeightCandidate => {
    const { name, shape, role, dataType, kernel, small, fixed, uses } = each;
    const told = uses.filter((use) => isParameter(use.role));
    const users = new Map(told.map(({ op, node, role: does }) => [node, `${does} of ${op} at ${node}`]));
    return {
      name,
      shape,
      role,
      dataType,
      kernel: kernel && !small,
      ...judge(each, source.tensors.get(name)!, model),
      fixed,
      users: [...users.values()],
    };
  });
}

/** Where a model keeps what. */
interface About {
  readonly initializersHold: boolean;
  readonly anyClear: boolean;
  /** Whether the numbers of its formulas are `Constant` nodes, so that one in an initializer was no such number. */
  readonly numbersApart: boolean;
}

/** Inputs that shape a step, so that they are read before it runs. */
const READ_BEFORE = new Set(['Resize 1', 'Resize 2', 'Upsample 1', 'Dropout 1']);

type Judgement = Pick<WeightCandidate, 'standing' | 'reason'>;

function judge(each: TensorRole, tensor: TensorProto, model: About): Judgement {
  const { role, uses, fixed, stored, even, elements, shape, dataType } = each;
  const { reason } = each;
  const is = (standing: Judgement['standing'], why = reason): Judgement => ({ standing, reason: why });
  if (uses.some((use) => use.role === 'statistic'))
    return is('never', `${reason}, which training keeps itself`);
  const told = uses.find(({ op, input }) => READ_BEFORE.has(`${op} ${input}`));
  if (told !== undefined) return is('never', `${reason}, which is read before a step runs`);
  const learns = uses.some((use) => isParameter(use.role));
  if (dataType !== 'float32') return is('never', `${reason}, of type ${dataType}: only float32 is trained`);
  if (tensorToFloat32(tensor).some((value) => !Number.isFinite(value))) {
    return is('never', `${reason}, with values that are not finite`);
  }
  if (uses.length === 0) return is('left');
  if (fixed !== undefined) return is('left', fixed);
  if (!learns) {
    // States of zeros are what exporters write where a module is given none; others somebody learned or chose.
    const chosen = role === 'state' && tensorToFloat32(tensor).some((value) => value !== 0);
    return is(chosen ? 'doubtful' : isDoubtful(each, tensor, model));
  }
  if (uses.some((use) => use.role === 'state' || use.role === 'setting')) {
    return is('doubtful', `${reason}: a parameter, and something that nobody learns`);
  }
  if (stored === 'constant' && model.initializersHold) {
    if (!uses.some((use) => CLEAR.has(use.role)))
      return is('left', `${reason}, a Constant beside initializers`);
    if (even && elements > 1 && (role === 'normalisation' || role === 'bias')) {
      return is('left', `${reason}, a Constant of equal numbers beside initializers`);
    }
  }
  if (role === 'position' && even) return is('doubtful', `${reason}, all of its numbers equal`);
  if (role === 'embedding' && shape.length < 2 && elements > 0)
    return is('doubtful', `${reason}, of one dimension`);
  return is('parameter');
}

/** What a constant without a parameter's role is to a reader of the model. */
function isDoubtful(
  { uses, stored, elements, even, behindLearned }: TensorRole,
  tensor: TensorProto,
  { anyClear, numbersApart }: About,
): Judgement['standing'] {
  const arithmetic = uses.some(({ op }) => op === 'Add' || op === 'Sub' || op === 'Mul' || op === 'Div');
  // A model without a single layer is a formula, and what that holds is all that there is to train.
  if (!anyClear && elements > 1 && uses.every(({ role }) => role === 'other')) return 'parameter';
  if (stored === 'constant') return 'left';
  const others = uses.every(({ role, op }) => role === 'other' && op !== 'output');
  if (elements > 1) return others && !even ? 'doubtful' : 'left';
  const exponent = uses.some(({ op }) => op === 'Pow');
  if (!(exponent || (others && arithmetic && behindLearned))) return 'left';
  const value = tensorToFloat32(tensor)[0] ?? 0;
  // ReZero begins by multiplying with zero, which no formula does; GeM begins with a cube.
  if (numbersApart || (value === 0 && uses.some(({ op }) => op === 'Mul'))) return 'doubtful';
  return isCommon(value) ? 'left' : 'doubtful';
}

/** Numbers of formulas: whole ones and parts of them, roots, what keeps from dividing by nothing. */
function isCommon(value: number): boolean {
  const near = (number: number) =>
    Math.abs(number - Math.round(number)) <= 1e-5 * Math.max(1, Math.abs(number));
  if (Math.abs(value) <= 1e-3 || Math.abs(value) >= 1e4) return true;
  if ([12, 10].some((parts) => near(value * parts))) return true;
  if (near(1 / value) || near(value * value) || near(1 / (value * value))) return true;
  // Of GELU's and SELU's formulas.
  return [0.044715, 0.7978845608, 1.702, 1.0507009873, 1.6732632423].some(
    (known) => Math.abs(Math.abs(value) - known) <= 1e-5,
  );
}
