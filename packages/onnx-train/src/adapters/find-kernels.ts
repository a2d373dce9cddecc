import { type Notice, PruneError, readSelect, type Select, selectWeights } from '@synaprune/core';
import { elementsOf, listNames, quote } from '@synaprune/core/checks';
import type { NodeProto } from '@synaprune/onnx';
import {
  findRoles,
  isKernel,
  numberAt,
  readAttributes,
  type SourceModel,
  showShape,
  type TensorRole,
} from '@synaprune/onnx/graph';
import { type Frame, frameOf } from './frame.js';

/** A kernel that can have an adapter, and the one node that reads it. */
export interface AdaptedKernel {
  readonly name: string;
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
 * @param bytes the model that `source` was read from
 * @throws PruneError `unmatched-selector`; `unsupported` when what was picked cannot have an adapter of this rank
 */
export function chooseKernels(
  source: SourceModel,
  bytes: Uint8Array,
  select: Select | undefined,
  rank: number,
): { readonly kernels: readonly AdaptedKernel[]; readonly notices: readonly Notice[] } {
  const { include, exclude, minElements } = readSelect('addAdapters', select);
  const all = candidatesOf(source, bytes, minElements, rank);
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
  source: SourceModel,
  bytes: Uint8Array,
  names: readonly string[],
): readonly AdaptedKernel[] {
  const all = new Map(candidatesOf(source, bytes, undefined, 1).map((each) => [each.name, each.found]));
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
  source: SourceModel,
  bytes: Uint8Array,
  minElements: number | undefined,
  rank: number,
): readonly Candidate[] {
  const readers = new Map<string, { readonly reader: NodeProto; readonly input: number }[]>();
  for (const reader of source.nodes) {
    reader.input.forEach((name, input) => {
      const known = readers.get(name);
      if (known === undefined) readers.set(name, [{ reader, input }]);
      else known.push({ reader, input });
    });
  }
  const roles = findRoles(bytes, minElements === undefined ? {} : { minElements });
  return roles
    .filter(({ graph, name }) => graph !== 'graph' || source.tensors.has(name))
    .map((role) => {
      const { graph, name, shape } = role;
      if (graph === 'graph')
        return { name, shape, role, found: kernelOf(role, readers.get(name) ?? [], rank) };
      const alone = name !== '' && roles.filter((each) => each.name === name).length === 1;
      return { name: alone ? name : `${graph}/${name}`, shape, role, found: outOfReach(role) };
    });
}

const NOT_REACHED =
  'a graph of its own, as an If, a Loop and a function have, and adapters do not reach into those';

function outOfReach(role: TensorRole): string {
  return isKernelUse(role)
    ? `it lies in ${role.graph}, ${NOT_REACHED}`
    : `it is no kernel, but ${role.reason}`;
}

const isKernelUse = ({ uses }: TensorRole): boolean => uses.some(({ role }) => isKernel(role));

/** An embedding is adapted where it is named: a table of which a batch reads few rows is no usual choice. */
const isTable = ({ uses }: TensorRole): boolean =>
  uses.every(({ role, op }) => role === 'embedding' && op === 'Gather');

function kernelOf(
  role: TensorRole,
  readers: readonly { readonly reader: NodeProto; readonly input: number }[],
  rank: number,
): AdaptedKernel | string {
  const { name, shape, uses, dataType } = role;
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
  if (first === undefined) return `${use!.node} reads it, in ${NOT_REACHED}`;
  const { reader, input } = first;
  const turned = use!.op === 'Gemm' && numberAt(readAttributes(reader.attribute), 'transB', 0) === 1;
  const frame = frameOf(shape, { op: use!.op, input: use!.input, turned });
  if (frame === undefined) {
    return `${use!.op} reads it with the shape ${showShape(shape)}, and adapters are for kernels of MatMul, Gemm, Conv, ConvTranspose, LSTM, GRU and RNN, and for tables of two axes`;
  }
  const smaller = Math.min(frame.rows, frame.columns);
  if (rank > smaller) {
    return `as a matrix it is ${frame.rows} × ${frame.columns}, and a rank of ${rank} is above its smaller side; a rank of at most ${smaller} would do`;
  }
  return { name, shape, type: dataType, reader, input, frame };
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
