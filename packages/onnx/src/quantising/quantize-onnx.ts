import { PruneError, type Select } from '@synaprune/core';
import { describe, didYouMean, isRecord, listNames, quote, requireOptions } from '@synaprune/core/checks';
import { type RoundingError, roundingError } from '@synaprune/core/numbers';
import { SELECT_ELSEWHERE } from '@synaprune/core/one-shot';
import type { ModelProto } from 'onnx-buf';
import { checkModelBytes } from '../bytes/check-model-bytes.js';
import { domainOf } from '../domain.js';
import { embedExternalData } from '../external/embed.js';
import type { ExternalData } from '../external/given-files.js';
import { decodeModel, encodeModel } from '../messages/codec.js';
import { elementBytes } from '../view/element-bytes.js';
import { type ChosenWeight, chooseWeights } from '../weights/find-weights.js';
import { codesOf, LEVELS, type ScaleLayout, scaleCount, scalesOf, valuesOf } from './int8.js';
import { layoutOf } from './layout-of.js';
import { type DequantiseForm, type QuantisedWeight, writeDequantised } from './write-dequantised.js';

/** What of a model is kept in 8 bits. */
export interface QuantizeOnnxOptions {
  /** Which weights, as `pruneOnnx` takes it; all kernels that it would prune unless told. */
  readonly select?: Select | undefined;
  /** The files that the model keeps weights in, by the names that it has for them; they become part of the result. */
  readonly externalData?: ExternalData | undefined;
  /**
   * What a step of a code stands for, by the names of weights: as many numbers above 0 as the weight has outputs, or one.
   * Of others the largest element of each output is the code 127 or −127.
   */
  readonly scales?: Readonly<Record<string, Float32Array>> | undefined;
}

/** One weight of a {@link QuantizeReport}. */
export interface QuantizedWeightReport {
  readonly name: string;
  readonly shape: readonly number[];
  readonly elements: number;
  /** The axis with a scale for each entry; undefined where one scale is for all. */
  readonly axis: number | undefined;
  readonly scales: Float32Array;
  /** What rounding cost. */
  readonly error: RoundingError;
}

/** What became of a model. */
export interface QuantizeReport {
  /** The nodes that make numbers of codes. */
  readonly form: DequantiseForm;
  readonly weights: readonly QuantizedWeightReport[];
  /** What stays as it was, and why. */
  readonly leftAlone: readonly {
    readonly name: string;
    readonly elements: number;
    readonly reason: string;
  }[];
  /** Bytes of the model, with the files of its external data. */
  readonly sizeBytes: { readonly before: number; readonly after: number };
}

/** A model whose weights are kept in 8 bits. */
export interface QuantizedOnnx {
  /** A model of the same inputs and outputs. */
  readonly model: Uint8Array;
  readonly report: QuantizeReport;
}

const OPTIONS = ['select', 'externalData', 'scales'];

/** The first version of ONNX's operators in which DequantizeLinear knows a scale for each entry of an axis. */
const SCALES_ON_AN_AXIS = 13;
/** The first one in which Mul broadcasts as it does today. */
const FIRST_OPSET = 7;

/**
 * Keeps the weights of an ONNX model in 8 bits: each becomes int8 codes from −127 to 127 with a scale for each output of
 * its layer, behind a `DequantizeLinear` (the form that is called QDQ), or before opset 13 behind a `Cast` and a `Mul`, so
 * that every runtime goes on computing in float32. Zero stays exactly zero, and nothing else becomes zero, so that a pruned model stays pruned. The file becomes nearly four times smaller, and compresses
 * better; answers change by what rounding costs, and no runtime gets faster by it.
 *
 * Quantised are float32 kernels of the model's own graph.
 *
 * @throws TypeError | RangeError when an option is unknown, or has a wrong type or value
 * @throws PruneError `bad-model`; `external-data`; `unmatched-selector`; `unsupported` when the model has an opset before
 *   7; `no-weights` when nothing can be quantised
 *
 * @example
 * ```ts
 * import { quantizeOnnx } from '@synaprune/onnx';
 * import { buildModel } from '@synaprune/onnx/graph';
 *
 * const bytes = buildModel({
 *   tensors: { kernel: { shape: [64, 64], data: Float32Array.from({ length: 4096 }, (_, i) => Math.sin(i)) } },
 *   nodes: [['MatMul', ['x', 'kernel'], ['y']]],
 * });
 * const { model, report } = quantizeOnnx(bytes);
 * console.log(bytes.length / model.length > 3.5, report.weights[0]!.error.relative < 0.01); // true true
 * ```
 *
 * @see https://onnx.ai/onnx/operators/onnx__DequantizeLinear.html
 */
export function quantizeOnnx(bytes: Uint8Array, options: QuantizeOnnxOptions = {}): QuantizedOnnx {
  const caller = 'quantizeOnnx';
  requireOptions(caller, '', options as unknown, OPTIONS, SELECT_ELSEWHERE);
  checkModelBytes(caller, bytes);
  const { select, externalData } = options;
  const files = Object.values(externalData ?? {});
  const before = files.reduce((sum, { length }) => sum + length, bytes.length);
  const whole = externalData === undefined ? bytes : embedExternalData(bytes, externalData);
  const chosen = chooseWeights(caller, whole, select === undefined ? {} : { select });
  const model = decodeModel(whole);
  const opset = opsetOf(model);
  if (opset < FIRST_OPSET) {
    throw new PruneError(
      'unsupported',
      `${caller} needs a model of opset ${FIRST_OPSET} or later; this one has ${opset}`,
    );
  }
  const scales = requireScales(caller, options.scales, chosen);
  const quantised = new Map<string, QuantisedWeight>();
  const weights: QuantizedWeightReport[] = [];
  const leftAlone: QuantizeReport['leftAlone'][number][] = [];
  for (const each of chosen) {
    const { name, elements } = each.weight;
    const { tensor, consumers } = each.surveyed;
    const reason = whyNot(model, each);
    if (reason !== undefined) {
      if (scales.has(name)) throw cannot(caller, name, reason);
      leftAlone.push({ name, elements, reason });
      continue;
    }
    const values = new Float32Array(elementBytes(whole, tensor).slice().buffer);
    if (!values.every(Number.isFinite)) {
      leftAlone.push({ name, elements, reason: 'it holds NaN or Infinity' });
      continue;
    }
    const layout = layoutOf(tensor, consumers);
    const given = scales.get(name);
    if (given !== undefined) requireCount(caller, name, given, layout);
    const own = given?.slice() ?? scalesOf(values, layout);
    const codes = codesOf(values, own, layout);
    quantised.set(tensor.name, { codes, scales: own, layout });
    const error = roundingError(values, valuesOf({ codes, scales: own }, layout));
    weights.push({ name, shape: tensor.shape, elements, axis: layout.axis, scales: own, error });
  }
  if (weights.length === 0) {
    const why = leftAlone.find(({ reason }) => reason !== '')?.reason ?? 'it has no weights';
    throw new PruneError('no-weights', `${caller} finds nothing to keep in 8 bits: ${why}`);
  }
  const form = opset < SCALES_ON_AN_AXIS ? 'Cast, Mul' : 'DequantizeLinear';
  writeDequantised(model, quantised, form);
  const made = encodeModel(model);
  return {
    model: made,
    report: { form, weights, leftAlone, sizeBytes: { before, after: made.length } },
  };
}

/** Why a weight is not quantised; undefined where it is. */
function whyNot(model: ModelProto, { weight, surveyed }: ChosenWeight): string | undefined {
  const { tensor, graph, stored } = surveyed;
  if (!weight.pruned) return weight.reason;
  if (weight.dataType !== 'float32') return `of type ${weight.dataType}`;
  if (graph !== 'graph') return 'in a graph inside a node, or a function';
  if (stored === 'constant' && tensor.name === '') return 'a constant without a name';
  const input = model.graph!.input.some(({ name }) => name === tensor.name);
  if (input && model.irVersion >= 4n) return 'an input of the model as well, which may be fed';
  const output = model.graph!.output.some(({ name }) => name === tensor.name);
  return output ? 'an output of the model as well' : undefined;
}

function opsetOf(model: ModelProto): number {
  const own = model.opsetImport.find(({ domain }) => domainOf(domain) === '');
  return Number(own?.version ?? 1n);
}

function requireScales(
  caller: string,
  scales: unknown,
  chosen: readonly ChosenWeight[],
): ReadonlyMap<string, Float32Array> {
  if (scales === undefined) return new Map();
  if (!isRecord(scales)) {
    throw new TypeError(
      `${caller} needs scales to be an object of names to Float32Array, got ${describe(scales)}`,
    );
  }
  const names = chosen.map(({ weight }) => weight.name);
  return new Map(
    Object.entries(scales).map(([name, given]) => {
      if (!names.includes(name)) {
        throw new PruneError(
          'unmatched-selector',
          `${caller}: scales names ${quote(name)}, which is no weight${didYouMean(name, names)}; there are ${listNames(names)}`,
        );
      }
      if (!(given instanceof Float32Array)) {
        throw new TypeError(
          `${caller} needs scales[${quote(name)}] to be a Float32Array, got ${describe(given)}`,
        );
      }
      const wrong = given.find((scale) => !(scale > 0 && scale < Number.POSITIVE_INFINITY));
      if (wrong !== undefined) {
        throw new RangeError(`${caller} needs scales[${quote(name)}] to be numbers above 0, got ${wrong}`);
      }
      return [name, given];
    }),
  );
}

function requireCount(caller: string, name: string, scales: Float32Array, layout: ScaleLayout): void {
  const needed = scaleCount(layout);
  if (scales.length === needed) return;
  throw new RangeError(`${caller} needs ${needed} scales for ${quote(name)}, got ${scales.length}`);
}

function cannot(caller: string, name: string, reason: string): PruneError {
  return new PruneError(
    'unsupported',
    `${caller} cannot keep ${quote(name)} in ${LEVELS * 2 + 1} steps: ${reason}`,
  );
}
