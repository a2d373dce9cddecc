import type { Notice, Select } from '@synaprune/core';
import { describe, isRecord, requireChoice, requireOptions } from '@synaprune/core/checks';
import type { Models, StateDict, TfjsArtifacts } from '../decode/model.js';
import { codeExact } from './coded-piece.js';
import { joinBytes } from './joined-bytes.js';
import type { LossyForm } from './lossy/plan.js';
import { onnxSource } from './onnx-source.js';
import { createRounding, type RoundedTensor } from './round-tensors.js';
import type { Source } from './source.js';
import { stateSource } from './state-source.js';
import { tfjsSource } from './tfjs-source.js';
import { writeFile } from './write-file.js';

/** What {@link pack} made. */
export interface Packed {
  /** The file. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly report: PackReport;
}

/** Options of {@link pack}. */
export interface PackModelOptions {
  /**
   * How values of float32 are written: `exact` unless told. `float16` rounds to the nearest, `int8` to whole numbers
   * times a scale for each channel, `clustered` to the means of 16 to 256 clusters a tensor, one for each 32 kept values. What is zero stays zero,
   * and they are read as float32 again.
   */
  readonly values?: 'exact' | LossyForm;
  /**
   * Which tensors are rounded, where that was asked for: those of two axes or more unless told. Fewer than 16 elements are
   * written exactly.
   */
  readonly select?: Select;
}

/** What a packed file is worth. */
export interface PackReport {
  readonly kind: keyof Models;
  /** Bytes of the weights, or of the ONNX file, as they were; and of the packed file. */
  readonly bytes: { readonly before: number; readonly after: number };
  /** The tensors that were written in fewer bits. */
  readonly rounded: readonly RoundedTensor[];
  readonly notices: readonly Notice[];
}

/**
 * Makes a file of a model that holds only what is left of it, near the entropy of its masks and values. `unpack` reads
 * it back, byte for byte unless values were to be rounded; the report tells how far.
 *
 * @param model the bytes of an `.onnx` file, of which those beside it stay where they are; a model of TensorFlow.js as
 *   `tf.io` passes it around; or tensors by name, `{ name: { shape, data } }`
 * @throws TypeError | RangeError when it is no such model, as a live one or the JSON of a `model.json`, or no such option
 * @throws PruneError `bad-model` when the bytes are not ONNX, or artifacts do not fit their weights or are no JSON;
 *   `unmatched-selector` when a selector picks nothing
 *
 * @example
 * ```ts
 * import { pack, unpack } from '@synaprune/sparse';
 *
 * const weights = Float32Array.from({ length: 1000 }, (_, i) => (i % 10 === 0 ? Math.sin(i) : 0));
 * const { bytes, report } = await pack({
 *   modelTopology: { class_name: 'Sequential', config: {} },
 *   weightSpecs: [{ name: 'out/kernel', shape: [100, 10], dtype: 'float32' }],
 *   weightData: weights.buffer,
 * });
 * console.log(report.kind, report.bytes.before, bytes.length < 700); // tfjs 4000 true
 * const artifacts = await unpack(bytes, { kind: 'tfjs' }); // for tf.io.fromMemory
 * console.log(artifacts.weightData instanceof ArrayBuffer); // true
 * ```
 */
export async function pack(
  model: Uint8Array | TfjsArtifacts | StateDict,
  options: PackModelOptions = {},
): Promise<Packed> {
  requireOptions('pack', '', options as unknown, ['values', 'select']);
  const { values = 'exact', select } = options;
  requireChoice('pack', 'values', values, ['exact', 'float16', 'int8', 'clustered']);
  if (values === 'exact' && select !== undefined) {
    throw new TypeError('pack needs values to be float16, int8 or clustered with select, got exact');
  }
  const source = sourceOf('pack', model);
  const rounding =
    values === 'exact'
      ? undefined
      : createRounding('pack', source, joinBytes(source.buffers), { values, select });
  const bytes = await writeFile(source, rounding?.code ?? ((cut, part) => codeExact(part, cut.span.coding)));
  const before = source.buffers.reduce((sum, { length }) => sum + length, 0);
  const { rounded, notices } = rounding?.report() ?? { rounded: [], notices: [] };
  return { bytes, report: { kind: source.kind, bytes: { before, after: bytes.length }, rounded, notices } };
}

function sourceOf(caller: string, model: Uint8Array | TfjsArtifacts | StateDict): Source {
  if (model instanceof Uint8Array) return onnxSource(caller, model);
  requireWeightsWithin(caller, model);
  // Whatever else is an object, as a Map or a promise, has no names of its own: a model of nothing.
  if (!isRecord(model) || Object.prototype.toString.call(model) !== '[object Object]') {
    const hint = model instanceof ArrayBuffer ? ' (an ArrayBuffer); pass new Uint8Array(buffer)' : '';
    throw new TypeError(
      `${caller} needs the bytes of an ONNX model, the artifacts of one of TensorFlow.js or tensors ` +
        `{ name: { shape, data } }, got ${describe(model)}${hint}`,
    );
  }
  return isArtifacts(model) ? tfjsSource(caller, model) : stateSource(caller, model);
}

/**
 * That it is neither a live model of TensorFlow.js nor the JSON of a `model.json`, in which the weights are not.
 *
 * @throws TypeError
 */
function requireWeightsWithin(caller: string, model: unknown): void {
  if (!isRecord(model)) return;
  const needed = `${caller} needs the artifacts of a model of TensorFlow.js, { modelTopology, weightSpecs, weightData }`;
  if (typeof model.save === 'function') {
    const got = Array.isArray(model.layers) ? 'a layers model' : 'a graph model';
    throw new TypeError(
      `${needed}, got ${got}: pass what modelArtifacts(model) of @synaprune/tfjs gives, or what ` +
        'model.save(tf.io.withSaveHandler(…)) hands over',
    );
  }
  const { weightsManifest, weightSpecs, weightData } = model;
  if (
    Array.isArray(weightsManifest) &&
    weightsManifest.length > 0 &&
    weightSpecs === undefined &&
    weightData === undefined
  ) {
    throw new TypeError(
      `${needed}, got the text of a model.json, whose weights are in the shards beside it: pass what ` +
        "readTfjsFiles('model.json') of @synaprune/tfjs-files/node gives, or use synaprune pack model.json",
    );
  }
}

function isArtifacts(model: TfjsArtifacts | StateDict): model is TfjsArtifacts {
  const { weightSpecs, modelTopology } = model as TfjsArtifacts;
  return Array.isArray(weightSpecs) || (isRecord(modelTopology) && !('data' in modelTopology));
}
