import * as tf from '@tensorflow/tfjs-core';
import type { LayersModel, layers } from '@tensorflow/tfjs-layers';
import type { BatchTensors } from '../inputs/model-batches.js';
import { patchMethod } from '../internals/patch-method.js';
import { keepStates } from './keep-states.js';
import { withoutPacked } from './packed/packed-tensors.js';
import type { BeforeAfter } from './report.js';

/** What bounds the rounds of one timing: a machine that is busy for a moment spoils few of many. */
/** Both ways, before any is timed: until then engines compile what runs. */
const WARM_UPS = 4;
const MOST_ROUNDS = 31;
const FEWEST_ROUNDS = 3;
const BUDGET_MS = 60;

/** Times of a prediction and of the layers in it. */
export interface Measured {
  readonly whole: BeforeAfter & { readonly speedup: number };
  readonly layers: readonly BeforeAfter[];
}

/** Times a prediction of a batch, and of it the calls of some layers, with and without packed weights in turns. */
export function measureLayers(
  model: LayersModel,
  batch: BatchTensors,
  parts: readonly layers.Layer[],
): Measured {
  const predict = () => {
    const outputs = tf.tidy(() => model.predictOnBatch(batch.length === 1 ? batch[0]! : [...batch]));
    for (const output of [outputs].flat()) output.dataSync();
    tf.dispose(outputs);
  };
  return keepStates(model, () => {
    const calls = withoutPacked(() => recordCalls(parts, predict));
    try {
      return {
        whole: timeBoth(predict),
        layers: parts.map((part) => {
          const { before, after } = timeBoth(() => replay(part, calls.get(part)!));
          return { before, after };
        }),
      };
    } finally {
      tf.dispose([...calls.values()].flat().flatMap(({ tensors }) => tensors));
    }
  });
}

type Call = layers.Layer['call'];

/** What a layer was called with once; its tensors are copies. */
interface Recorded {
  readonly inputs: Parameters<Call>[0];
  readonly kwargs: Parameters<Call>[1];
  readonly tensors: readonly tf.Tensor[];
}

function recordCalls(
  parts: readonly layers.Layer[],
  predict: () => void,
): ReadonlyMap<layers.Layer, Recorded[]> {
  const calls = new Map(parts.map((part): [layers.Layer, Recorded[]] => [part, []]));
  const releases = parts.map((part) =>
    patchMethod(part, 'call', (inner) => (inputs, kwargs) => {
      calls.get(part)!.push(record(inputs, kwargs));
      return inner(inputs, kwargs);
    }),
  );
  try {
    predict();
  } finally {
    for (const release of releases) release();
  }
  return calls;
}

function record(inputs: Recorded['inputs'], kwargs: Recorded['kwargs']): Recorded {
  const tensors: tf.Tensor[] = [];
  const copy = <Value>(value: Value): Value => {
    if (Array.isArray(value)) return value.map(copy) as Value;
    if (!(value instanceof tf.Tensor)) return value;
    const kept = tf.keep(value.clone());
    tensors.push(kept);
    return kept as Value;
  };
  const given = Object.entries(kwargs ?? {}).map(([name, value]) => [name, copy(value)] as const);
  return { inputs: copy(inputs), kwargs: Object.fromEntries(given), tensors };
}

function replay(part: layers.Layer, calls: readonly Recorded[]): void {
  for (const { inputs, kwargs } of calls) tf.dispose(tf.tidy(() => part.call(inputs, { ...kwargs })));
}

/** Both ways in turns, so that what else the machine does falls on both alike; who comes first changes. */
function timeBoth(work: () => void): BeforeAfter & { readonly speedup: number } {
  const dense = () => withoutPacked(() => timeOne(work));
  const packed = () => timeOne(work);
  for (let round = 0; round < WARM_UPS; round += 1) for (const way of [dense, packed]) way();
  const times: { readonly before: number; readonly after: number }[] = [];
  const started = performance.now();
  while (times.length < MOST_ROUNDS) {
    if (times.length >= FEWEST_ROUNDS && performance.now() - started > BUDGET_MS) break;
    const before = times.length % 2 === 0 ? dense() : undefined;
    const after = packed();
    times.push({ before: before ?? dense(), after });
  }
  return {
    before: median(times.map(({ before }) => before)),
    after: median(times.map(({ after }) => after)),
    speedup: median(times.map(({ before, after }) => before / after)),
  };
}

function timeOne(work: () => void): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

function median(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[numbers.length >> 1]!;
}
