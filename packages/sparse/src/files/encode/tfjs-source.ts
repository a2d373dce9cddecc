import { PruneError } from '@synaprune/core';
import { describe, elementsOf, isRecord, quote } from '@synaprune/core/checks';
import type { TfjsArtifacts } from '../decode/model.js';
import { type JoinedBytes, joinBytes } from './joined-bytes.js';
import { jsonText } from './json-text.js';
import { CODINGS, type Source, type Span } from './source.js';

/** How the elements of a weight are written: by its type, or that of its quantisation. */
const TYPES: Readonly<Record<string, number>> = {
  float32: CODINGS.float32,
  // Two floats.
  complex64: CODINGS.float32,
  float16: CODINGS.float16,
  int32: CODINGS.doubleWords,
  uint16: CODINGS.words,
  uint8: CODINGS.bytes,
  bool: CODINGS.bytes,
};

/**
 * A model of TensorFlow.js: the bytes of its weights, and all the rest as JSON.
 *
 * @throws PruneError `bad-model` when the weights do not fit what is said of them, or something is no JSON
 */
export function tfjsSource(caller: string, artifacts: TfjsArtifacts): Source {
  const { weightData, ...rest } = artifacts;
  const list = Array.isArray(weightData);
  const data: readonly unknown[] = list ? weightData : weightData === undefined ? [] : [weightData];
  const buffers = data.map((buffer) => {
    if (Object.prototype.toString.call(buffer) !== '[object ArrayBuffer]') {
      throw new TypeError(
        `${caller} needs weightData to be an ArrayBuffer or a list, got ${describe(buffer)}`,
      );
    }
    return new Uint8Array(buffer as ArrayBuffer);
  });
  const head = `{"kind":"tfjs","list":${list},"artifacts":${jsonText('artifacts', rest)}}`;
  return {
    kind: 'tfjs',
    head,
    buffers,
    spans: findSpans(caller, rest.weightSpecs ?? [], joinBytes(buffers)),
  };
}

function findSpans(caller: string, specs: readonly unknown[], bytes: JoinedBytes): Span[] {
  const spans: Span[] = [];
  let offset = 0;
  for (const spec of specs) {
    if (!isRecord(spec) || !isShape(spec.shape)) {
      throw new PruneError(
        'bad-model',
        `${caller} needs weightSpecs of a name and a shape, got ${describe(spec)}`,
      );
    }
    const { name, shape, dtype, quantization } = spec as { [key: string]: unknown; shape: readonly number[] };
    const type = String(isRecord(quantization) ? quantization.dtype : dtype);
    const coding = Object.hasOwn(TYPES, type) ? TYPES[type] : undefined;
    if (coding === undefined && type !== 'string') {
      throw new PruneError(
        'bad-model',
        `${caller} needs a known type of ${quote(String(name))}, got ${quote(type)}`,
      );
    }
    const width = 1 << ((coding ?? 0) & 3);
    const length =
      coding === undefined
        ? lengthOfTexts(bytes, offset, elementsOf(shape))
        : elementsOf(shape) * width * (type === 'complex64' ? 2 : 1);
    if (!(offset + length <= bytes.length)) {
      throw new PruneError(
        'bad-model',
        `${caller} needs weightData of at least ${offset + length} bytes for ${quote(String(name))}, got ${bytes.length}`,
      );
    }
    if (coding !== undefined) spans.push({ name: String(name), shape, coding, offset, length });
    offset += length;
  }
  return spans;
}

/** Each text has its length in front, in four bytes. */
function lengthOfTexts(bytes: JoinedBytes, offset: number, texts: number): number {
  let length = 0;
  for (let i = 0; i < texts; i += 1) {
    if (offset + length + 4 > bytes.length) return Number.POSITIVE_INFINITY;
    length += 4 + new DataView(bytes.read(offset + length, 4).buffer).getUint32(0, true);
  }
  return length;
}

function isShape(shape: unknown): shape is readonly number[] {
  return Array.isArray(shape) && shape.every((edge) => Number.isSafeInteger(edge) && edge >= 0);
}
