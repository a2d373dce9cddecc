import { quantiseValues } from '@synaprune/tfjs-files';
import * as tf from '@tensorflow/tfjs-core';

/** How a saved weight is made smaller, as tfjs's own files do it: 8 or 16 bits a weight. */
export type QuantizedDtype = 'float16' | 'uint8' | 'uint16';

/** What tfjs writes of one weight beside its name. */
type Spec = tf.io.WeightsManifestEntry;

/**
 * The artifacts of a model with its float32 weights quantised; weights of the optimizer stay as they are, and so
 * does a weight that its type cannot hold (NaN, infinities, too large for a float16).
 *
 * Zero stays exactly zero, and nothing else becomes zero, however small: what rounds there gets the smallest
 * value beside it. So what was dropped can be told from the file.
 *
 * @param dtypeOf which type a weight gets, by name; `undefined` for none
 * @returns the artifacts, and the names of the weights that were to be quantised and could not be
 */
export function quantizeArtifacts(
  artifacts: tf.io.ModelArtifacts,
  dtypeOf: (name: string) => QuantizedDtype | undefined,
): { readonly artifacts: tf.io.ModelArtifacts; readonly left: readonly string[] } {
  const { weightSpecs, weightData } = artifacts;
  if (weightSpecs === undefined || weightData === undefined) return { artifacts, left: [] };
  const whole = tf.io.CompositeArrayBuffer.join(weightData);
  const left: string[] = [];
  const specs: Spec[] = [];
  const parts: ArrayBuffer[] = [];
  let at = 0;
  for (const spec of weightSpecs) {
    const bytes = whole.slice(at, at + bytesOf(spec));
    at += bytes.byteLength;
    const dtype = spec.group === 'optimizer' || spec.dtype !== 'float32' ? undefined : dtypeOf(spec.name);
    const made = dtype && quantiseValues(new Float32Array(bytes), dtype);
    if (dtype !== undefined && made === undefined) left.push(spec.name);
    specs.push(made === undefined ? spec : { ...spec, quantization: made.quantization });
    parts.push(made === undefined ? bytes : made.bytes.buffer);
  }
  return {
    artifacts: { ...artifacts, weightSpecs: specs, weightData: tf.io.concatenateArrayBuffers(parts) },
    left,
  };
}

/** The types in which the weights of a file came, by name. */
export function quantizedDtypes(specs: readonly Spec[]): Map<string, QuantizedDtype> {
  const quantized = specs.filter(
    ({ dtype, quantization }) => dtype === 'float32' && quantization !== undefined,
  );
  return new Map(quantized.map(({ name, quantization }) => [name, quantization!.dtype as QuantizedDtype]));
}

function bytesOf({ dtype, shape, quantization }: Spec): number {
  const type = quantization?.dtype ?? dtype;
  const size = { float32: 4, int32: 4, bool: 1, complex64: 8, uint8: 1, uint16: 2, float16: 2 }[
    type as 'float32'
  ];
  // Strings have no size of their own; no layer of tfjs has any.
  if (size === undefined) throw new TypeError(`a weight of ${type} cannot be saved beside quantised ones`);
  return size * shape.reduce((product, edge) => product * edge, 1);
}
