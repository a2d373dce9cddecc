import { describe, isRecord } from '@synaprune/core/checks';
import type { Models, StateDict, TfjsArtifacts } from '../decode/model.js';
import { onnxSource } from './onnx-source.js';
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

/** What a packed file is worth. */
export interface PackReport {
  readonly kind: keyof Models;
  /** Bytes of the weights, or of the ONNX file, as they were; and of the packed file. */
  readonly bytes: { readonly before: number; readonly after: number };
}

/**
 * Makes a file of a model that holds only what is left of it, near the entropy of its masks and values. `unpack` reads
 * it back, byte for byte.
 *
 * @param model the bytes of an `.onnx` file, of which those beside it stay where they are; a model of TensorFlow.js as
 *   `tf.io` passes it around; or tensors by name, `{ name: { shape, data } }`
 * @throws TypeError | RangeError when it is no such model
 * @throws PruneError `bad-model` when the bytes are not ONNX, or artifacts do not fit their weights or are no JSON
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
export async function pack(model: Uint8Array | TfjsArtifacts | StateDict): Promise<Packed> {
  const source = sourceOf('pack', model);
  const bytes = await writeFile(source);
  const before = source.buffers.reduce((sum, { length }) => sum + length, 0);
  return { bytes, report: { kind: source.kind, bytes: { before, after: bytes.length } } };
}

function sourceOf(caller: string, model: Uint8Array | TfjsArtifacts | StateDict): Source {
  if (model instanceof Uint8Array) return onnxSource(caller, model);
  if (!isRecord(model) || ArrayBuffer.isView(model) || model instanceof ArrayBuffer) {
    const hint = model instanceof ArrayBuffer ? ' (an ArrayBuffer); pass new Uint8Array(buffer)' : '';
    throw new TypeError(
      `${caller} needs the bytes of an ONNX model, the artifacts of one of TensorFlow.js or tensors ` +
        `{ name: { shape, data } }, got ${describe(model)}${hint}`,
    );
  }
  return isArtifacts(model) ? tfjsSource(caller, model) : stateSource(caller, model);
}

function isArtifacts(model: TfjsArtifacts | StateDict): model is TfjsArtifacts {
  const { weightSpecs, modelTopology } = model as TfjsArtifacts;
  return Array.isArray(weightSpecs) || (isRecord(modelTopology) && !('data' in modelTopology));
}
