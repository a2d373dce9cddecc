import { type Notice, PruneError, readSelect, type Select, selectWeights } from '@synaprune/core';
import { elementsOf, listNames, quote } from '@synaprune/core/checks';
import type { NodeProto } from '@synaprune/onnx';
import {
  findRoles,
  isKernel,
  numberAt,
  readAttributes,
  showShape,
  type TensorRole,
} from '@synaprune/onnx/graph';
import type { Branches } from '../inline/control-flow.js';
import type { BaseModel } from './base-model.js';
import { type Frame, frameOf } from './frame.js';
import { type Reader, readersIn } from './readers.js';

/** A kernel that can have an adapter, and the one node that reads it. */
export interface AdaptedKernel {
  /** As `findWeights` gives it. */
  readonly name: string;
  /** Its name among the tensors of {@link BaseModel.bytes}. */
  readonly tensor: string;
  readonly shape: readonly number[];
  /** What its elements are. */
  readonly type: 'float32' | 'float16' | 'bfloat16';
  readonly reader: NodeProto;
  /** The number of the reader's input. */
  readonly input: number;
  readonly frame: Frame;
}

/** A tensor, and the kernel it is or what keeps it from having an adapter. */
interface Candidate {
  readonly name: string;
  readonly shape: readonly number[];
  readonly role: TensorRole;
  readonly found: AdaptedKernel | string;
}

/**
 * The kernels to adapt, in the model's order.
 *
 * @param branches which branch of an `If` is trained
 * @throws PruneError `unmatched-selector`; `unsupported` when what was picked cannot have an adapter of this rank
 */
export function chooseKernels(
  base: BaseModel,
  branches: Branches,
  select: Select | undefined,
  rank: number,
): { readonly kernels: readonly AdaptedKernel[]; readonly notices: readonly Notice[] } {
  const { include, exclude, minElements } = readSelect('addAdapters', select);
  const all = candidatesOf(base, branches, minElements, rank);
  const out = new Set(selectWeights(all, exclude));
  const kernels = all.filter(({ role, shape }) => isKernelUse(role) && shape.length > 1);
  if (include === undefined) {
    const usual = kernels.filter((each) => each.role.kernel && !each.role.small && !out.has(each));
    const taken = usual.flatMap(({ found }) => (typeof found === 'string' ? [] : [found]));
    if (taken.length === 0) {
      throw new PruneError('no-weights', `no kernel can have an adapter of rank ${rank}${whyNot(usual)}`);
    }
    return { kernels: taken, notices: leftNotices(usual) };
  }
  const picked = include.flatMap((selector) =>
    selectWeights(typeof selector === 'string' ? all : kernels, [selector]),
  );
  const named = new Set(include.filter((selector) => typeof selector === 'string'));
  const chosen = all.filter(
    (each) =>
      picked.includes(each) &&
      !out.has(each) &&
      (named.has(each.name) || elementsOf(each.shape) >= (minElements ?? 0)),
  );
  if (chosen.length === 0) {
    throw new PruneError('no-weights', 'select leaves no kernel to have an adapter');
  }
  const taken = chosen.map(({ name, found }) => {
    if (typeof found !== 'string') return found;
    throw new PruneError('unsupported', `${quote(name)} cannot have an adapter: ${found}`);
  });
  return { kernels: taken, notices: [] };
}

/** The kernels of these names, whatever rank theirs is to be. @throws PruneError `adapter-mismatch` */
export function kernelsNamed(
  base: BaseModel,
  branches: Branches,
  names: readonly string[],
): readonly AdaptedKernel[] {
  const all = new Map(candidatesOf(base, branches, undefined, 1).map((each) => [each.name, each.found]));
  return names.map((name) => {
    const found = all.get(name) ?? 'the model has no such tensor';
    if (typeof found !== 'string') return found;
    throw new PruneError(
      'adapter-mismatch',
      `the adapters are of another model: one is for ${quote(name)}, and ${found}`,
    );
  });
}

function candidatesOf(
  { source, bytes, nameOf }: BaseModel,
  branches: Branches,
  minElements: number | undefined,
  rank: number,
): readonly Candidate[] {
  const readers = readersIn(source.nodes, branches);
  const roles = findRoles(bytes, minElements === undefined ? {} : { minElements });
  return roles
    .filter(({ name }) => source.tensors.has(name))
    .map((role) => {
      const { name: tensor, shape } = role;
      const name = nameOf(tensor);
      return { name, shape, role, found: kernelOf(role, name, readers.get(tensor) ?? [], rank) };
    });
}

const isKernelUse = ({ uses }: TensorRole): boolean => uses.some(({ role }) => isKernel(role));

/** An embedding is adapted where it is named: a table of which a batch reads few rows is no usual choice. */
const isTable = ({ uses }: TensorRole): boolean =>
  uses.length > 0 && uses.every(({ role, op }) => role === 'embedding' && op === 'Gather');

function kernelOf(
  role: TensorRole,
  name: string,
  readers: readonly Reader[],
  rank: number,
): AdaptedKernel | string {
  const { name: tensor, shape, uses, dataType } = role;
  if (!isKernelUse(role) && !isTable(role)) return `it is no kernel, but ${role.reason}`;
  if (dataType !== 'float32' && dataType !== 'float16' && dataType !== 'bfloat16') {
    return `it is of type ${dataType}, and adapters are for float32, float16 and bfloat16`;
  }
  if (uses.length > 1 || readers.length > 1) {
    const places = [...new Set(uses.map(({ node }) => node))];
    return `it is shared: ${listNames(places)} read it, and an adapter belongs to one node`;
  }
  const [first] = readers;
  const [use] = uses;
  if (first === undefined) return `${use!.node} reads it, where adapters do not reach`;
  const { reader, input, barred } = first;
  if (barred !== undefined) return `it is read ${barred}`;
  const turned = use!.op === 'Gemm' && numberAt(readAttributes(reader.attribute), 'transB', 0) === 1;
  const frame = frameOf(shape, { op: use!.op, input: use!.input, turned });
  if (frame === undefined) {
    return `${use!.op} reads it with the shape ${showShape(shape)}, and adapters are for kernels of MatMul, Gemm, Conv, ConvTranspose, LSTM, GRU and RNN, and for tables of two axes`;
  }
  const smaller = Math.min(frame.rows, frame.columns);
  if (rank > smaller) {
    return `as a matrix it is ${frame.rows} × ${frame.columns}, and a rank of ${rank} is above its smaller side; a rank of at most ${smaller} would do`;
  }
  return { name, tensor, shape, type: dataType, reader, input, frame };
}

function refused(list: readonly Candidate[]): readonly { readonly name: string; readonly why: string }[] {
  return list.flatMap(({ name, found }) => (typeof found === 'string' ? [{ name, why: found }] : []));
}

function told(list: readonly { readonly name: string; readonly why: string }[]): string {
  const shown = list.slice(0, 6).map(({ name, why }) => `${quote(name)} (${why})`);
  const rest = list.length - shown.length;
  return `${shown.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}

function whyNot(usual: readonly Candidate[]): string {
  const left = refused(usual);
  return left.length === 0 ? '' : `: ${told(left)}`;
}

function leftNotices(usual: readonly Candidate[]): readonly Notice[] {
  const left = refused(usual);
  if (left.length === 0) return [];
  return [
    {
      code: 'without-adapter',
      message: `${told(left)}: without an adapter, so that nothing of it is trained`,
      weights: left.map(({ name }) => name),
    },
  ];
}
