import { type Axes, knownNumber, type TensorAxes } from '@synaprune/axes';
import { quote } from '@synaprune/core/checks';
import type { NodeProto, SparseTensorProto, TensorProto } from '@synaprune/onnx';
import { readSizes } from './constant-sizes.js';
import { shapeOfDims, shapeOfTensor, whyUncut } from './file-tensors.js';
import type { FileTensor, GraphValue } from './graph-value.js';
import type { Scope } from './scope.js';

/** A tensor as it was followed. */
export type FollowedTensor = FileTensor & TensorAxes;

/** What tensors of the file are followed into. */
export interface TensorReading {
  readonly axes: Axes;
  /** Every tensor that was read so far. */
  readonly tensors: FollowedTensor[];
  /** How they are called. */
  readonly labels: Set<string>;
  /** Those that nobody learned, and why, by place and name. */
  readonly fixed: ReadonlyMap<string, string>;
}

/**
 * An initializer, or the tensor of a `Constant`.
 *
 * @throws PruneError `bad-model` when its data has not the length that its shape needs, `external-data` when they lie
 *   in another file
 */
export function tensorValue(
  { axes, tensors, labels, fixed }: TensorReading,
  message: TensorProto,
  { name, scope, constant }: { readonly name: string; readonly scope: Scope; readonly constant?: NodeProto },
): GraphValue {
  const { place } = scope;
  const shape = shapeOfTensor(message, name);
  const label = labelApart(labelOf(scope, name), labels);
  const why = fixed.get(`${place}/${name}`) ?? whyUncut(message);
  const own = shape.map((size, axis) =>
    why === undefined
      ? axes.free(size, { label: `${label}[${axis}]`, kind: 'channels' })
      : axes.held(size, `tensor ${quote(label)}, axis ${axis}: ${why}`),
  );
  const tensor = {
    name: label,
    ownName: name,
    place,
    message,
    shape,
    axes: own,
    ...(constant === undefined ? {} : { constant }),
  };
  tensors.push(tensor);
  const sizes = readSizes(message, shape)?.map(knownNumber);
  return {
    axes: own,
    zero: own.map(() => true),
    parameter: true,
    tensor,
    ...(sizes === undefined ? {} : { sizes }),
  };
}

/** A tensor that is written down without its zeros: it is left as it is. */
export function sparseValue(axes: Axes, message: SparseTensorProto, name: string, scope: Scope): GraphValue {
  const label = labelOf(scope, name);
  const shape = shapeOfDims(label, message.dims);
  return {
    axes: shape.map((size, axis) =>
      axes.held(size, `tensor ${quote(label)}, axis ${axis}: it is written as a sparse one`),
    ),
    zero: shape.map(() => false),
    parameter: true,
  };
}

function labelOf({ place }: Scope, name: string): string {
  return place === 'graph' ? name : `${place}/${name}`;
}

/** Two graphs may be in one place, those of nodes that go by one name. */
function labelApart(label: string, labels: Set<string>): string {
  let apart = label;
  for (let count = 2; labels.has(apart); count += 1) apart = `${label}#${count}`;
  labels.add(apart);
  return apart;
}
