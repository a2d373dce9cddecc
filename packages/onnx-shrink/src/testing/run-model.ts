import { create, decodeModel, encodeModel, ValueInfoProtoSchema } from '@synaprune/onnx';
import type { Tensor } from 'onnxruntime-node';
import { createRandom } from './generate/random.js';
import type { GeneratedInput } from './generate-graph.js';

// Before the runtime loads: it sends telemetry otherwise.
process.env.ORT_DISABLE_TELEMETRY = '1';
const ort = await import('onnxruntime-node');

export type Feeds = Readonly<Record<string, Tensor>>;

/** Something for every input: standard normal, small multiples of the grain, or indices below the limit. */
export function feedsFor(inputs: readonly GeneratedInput[], seed: number): Feeds {
  const random = createRandom(seed, 7);
  return Object.fromEntries(
    inputs.map(({ name, type, shape, limit = 1, grain }) => {
      const length = shape.reduce((a, b) => a * b, 1);
      const numbers = Array.from({ length }, () => {
        if (type === 'int64') return random.between(0, limit - 1);
        if (type === 'bool') return random.between(0, 1);
        return grain === undefined ? random.normal() : random.between(-16, 16) * grain;
      });
      const data =
        type === 'int64'
          ? BigInt64Array.from(numbers, BigInt)
          : type === 'bool'
            ? Uint8Array.from(numbers)
            : Float32Array.from(numbers);
      return [name, new ort.Tensor(type as 'float32', data as Float32Array, [...shape])];
    }),
  );
}

/** What a model gave for a value. */
export interface Result {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

/** Runs a model once, on one thread. Quantised models run as they are written, whatever is optimised. */
export async function runModel(
  model: Uint8Array,
  feeds: Feeds,
  optimisation: 'disabled' | 'all' = 'disabled',
): Promise<Readonly<Record<string, Result>>> {
  const session = await ort.InferenceSession.create(model, {
    graphOptimizationLevel: optimisation,
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    logSeverityLevel: 3,
    extra: { session: { disable_quant_qdq: '1' } },
  });
  try {
    const results = await session.run(feeds);
    return Object.fromEntries(
      Object.entries(results).map(([name, { dims, data }]) => [
        name,
        { shape: dims, data: Array.from(data as ArrayLike<number>, Number) },
      ]),
    );
  } finally {
    await session.release();
  }
}

/** A model with every value that a node of its graph computes as an output. */
export function withAllValues(model: Uint8Array): Uint8Array {
  const message = decodeModel(model);
  const graph = message.graph!;
  const given = new Set(graph.output.map(({ name }) => name));
  for (const name of graph.node.flatMap(({ output }) => output)) {
    if (name === '' || given.has(name)) continue;
    graph.output.push(create(ValueInfoProtoSchema, { name }));
  }
  return encodeModel(message);
}

/** The largest difference over the largest magnitude of what was expected; infinite where shapes differ or NaN meets a number. */
export function relativeError(got: Result, expected: Result): number {
  if (got.shape.join() !== expected.shape.join()) return Number.POSITIVE_INFINITY;
  let difference = 0;
  let magnitude = 0;
  for (const [i, value] of expected.data.entries()) {
    const other = got.data[i]!;
    if (Number.isNaN(value) !== Number.isNaN(other)) return Number.POSITIVE_INFINITY;
    if (Number.isNaN(value) || value === other) continue;
    difference = Math.max(difference, Math.abs(value - other));
  }
  for (const value of expected.data)
    if (!Number.isNaN(value)) magnitude = Math.max(magnitude, Math.abs(value));
  return difference === 0 ? 0 : difference / magnitude;
}
