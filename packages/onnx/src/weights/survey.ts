import { floatOfMagnitude, PruneError } from '@synaprune/core';
import { showPlace } from '../bytes/wire.js';
import { isFloat, isQuantised } from '../elements/element-type.js';
import type { Assigned } from '../roles/assign.js';
import { assignModel } from '../roles/assign-model.js';
import type { Consumer, Tracer } from '../trace/trace.js';
import { elementBytes, isOutOfReach } from '../view/element-bytes.js';
import type { Reach, TensorView } from '../view/model-view.js';
import { computedIntegers, formatOf } from './element-format.js';
import type { ElementFormat } from './format.js';
import { findParameters, type Quantisation, readQuantisation } from './quantisation.js';

/** A tensor of a model, what it does, and how it could be pruned. */
export interface Surveyed extends Assigned {
  /** Unlike any other in the model. */
  readonly name: string;
  readonly quantised: boolean;
  /** How it is ranked and dropped, or why it cannot be. */
  readonly format: ElementFormat | string;
}

/**
 * Every tensor of a model: initializers and constants of a graph before those of the graphs inside it, in the
 * order they are written in.
 *
 * @throws PruneError `bad-model`
 */
export function survey(caller: string, bytes: Uint8Array, files?: Reach): Surveyed[] {
  const { tensors, trace } = assignModel(caller, bytes, files);
  const names = nameTensors(tensors.map(({ tensor }) => tensor));
  return tensors.map((each, i) => {
    const { tensor, consumers, locked } = each;
    const quantised = isQuantised(tensor.type.name) && consumers.some(takesIntegers);
    return {
      ...each,
      name: names[i]!,
      quantised,
      format: locked ?? chooseFormat(bytes, tensor, quantised ? consumers : [], trace),
    };
  });
}

/** Whether what a use takes are integers with a scale and a zero point. */
function takesIntegers({ dequantize, node: { op } }: Consumer): boolean {
  return dequantize !== undefined || /Integer|^QLinear|^QGemm$|^QAttention$|^DynamicQuantize/.test(op);
}

/** A tensor's own name where no other has it, else its place, else its place and number. */
function nameTensors(tensors: readonly TensorView[]): string[] {
  const count = (names: readonly string[]) => {
    const counts = new Map<string, number>();
    for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
    return counts;
  };
  const own = count(tensors.map(({ name }) => name));
  const names = tensors.map(({ name, place }) => (name !== '' && own.get(name) === 1 ? name : place));
  const counts = count(names);
  return names.map((name, i) => (counts.get(name) === 1 ? name : `${name}#${i}`));
}

function chooseFormat(
  bytes: Uint8Array,
  tensor: TensorView,
  consumers: readonly Consumer[],
  trace: Tracer,
): ElementFormat | string {
  const { type, nonZeros } = tensor;
  if (nonZeros !== undefined) return 'stored sparse already';
  if (tensor.elements === 0) return 'no elements';
  if (isFloat(type.name)) return formatOf(type.name, undefined) ?? `of type ${type.name}`;
  if (consumers.length === 0) return `of type ${type.name}`;
  const found = consumers.map((consumer) => findParameters(tensor, consumer, trace));
  const [first] = found;
  if (first?.known !== true) return first?.reason ?? `of type ${type.name}`;
  const alike = found.every(
    (each) =>
      each.known &&
      each.zeroPoint === first.zeroPoint &&
      each.scale === first.scale &&
      each.axis === first.axis &&
      each.block === first.block,
  );
  if (!alike) return 'used with different scales or zero points';
  const quantisation = readQuantisation(bytes, tensor, first);
  if (typeof quantisation === 'string') return quantisation;
  if (first.scale === undefined && isOutOfReach(tensor)) return 'in another file, its scale not known';
  const scaled = first.scale === undefined ? withLargestAsUnit(bytes, tensor, quantisation) : quantisation;
  return formatOf(type.name, scaled) ?? `of type ${type.name}`;
}

/** Where no scale is known, the element furthest from its zero point counts as 1: looked for when it is asked for. */
function withLargestAsUnit(bytes: Uint8Array, tensor: TensorView, quantisation: Quantisation): Quantisation {
  let scales: readonly number[] | undefined;
  return {
    ...quantisation,
    get scales() {
      scales ??= [1 / (largestOf(bytes, tensor, quantisation) || 1)];
      return scales;
    },
  };
}

function largestOf(bytes: Uint8Array, tensor: TensorView, quantisation: Quantisation): number {
  const computed = computedIntegers(tensor.type.name, quantisation);
  const elements = elementBytes(bytes, tensor);
  const stretch = new Int32Array(Math.min(tensor.elements, 2 ** 20));
  const bytesPerStretch = (stretch.length * tensor.type.bits) / 8;
  let largest = 0;
  for (let first = 0, at = 0; first < tensor.elements; first += stretch.length, at += bytesPerStretch) {
    const count = Math.min(stretch.length, tensor.elements - first);
    computed?.rank(elements.subarray(at), first, count, stretch);
    for (let i = 0; i < count; i += 1) largest = Math.max(largest, stretch[i]!);
  }
  return floatOfMagnitude(largest);
}

/**
 * How a weight that is to be pruned is ranked and dropped.
 *
 * @throws PruneError `unsupported` where it cannot be
 */
export function requireFormat({ tensor, format }: Surveyed): ElementFormat {
  if (typeof format !== 'string') return format;
  throw new PruneError('unsupported', `${showPlace(tensor.place)} is ${format}`);
}

/** Elements that are zero, where they can be looked at. */
export function knownZeros(bytes: Uint8Array, { tensor, format }: Surveyed): number | undefined {
  if (tensor.nonZeros !== undefined) return tensor.elements - tensor.nonZeros;
  if (typeof format === 'string' || isOutOfReach(tensor)) return undefined;
  return format.countZeros(elementBytes(bytes, tensor), 0, tensor.elements);
}
