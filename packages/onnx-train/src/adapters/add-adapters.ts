import { type Notice, PruneError } from '@synaprune/core';
import { describe, elementsOf, listNames, quote } from '@synaprune/core/checks';
import { encodeModel, replaceWeights, type TensorProto } from '@synaprune/onnx';
import { tensorOf, viewMessages } from '@synaprune/onnx/graph';
import { factorNames } from '../weights/factor-names.js';
import type { AdaptedModel, Adapter } from './adapted-model.js';
import {
  type AdapterFile,
  digestOf,
  notFinite,
  readAdapterFile,
  type SavedAdapter,
  writeAdapterFile,
} from './adapter-file.js';
import { type BaseModel, openBase, requireSameBase, valuesOf } from './base-model.js';
import { type AdaptedKernel, chooseKernels } from './find-kernels.js';
import { factorShapes } from './frame.js';
import { type AdapterOptions, checkAdapterOptions } from './options.js';
import { besideKernel, canRunBeside, insideKernel, type PlacedAdapter } from './place-adapter.js';
import { randomFactor } from './random-factor.js';

/** The oldest version of the standard operators that adapters are written in. */
const LEAST_OPSET = 9;

/**
 * Puts a low-rank adapter (LoRA) beside each of some kernels: the layer gives `f(x, w + scale · A · B)`, with `w` frozen
 * and the two small factors to be trained. Factor A begins random, B with zeros, so that the model gives at first what it
 * gave. A trainer of what comes out computes no gradient of the frozen weights and keeps no slots of them.
 *
 * What a kernel has at zero stays zero in what the layer reads, as long as `keepZeros` is on, so that
 * {@link mergeAdapters} changes no answer but by rounding, and leaves a pruned model pruned.
 *
 * @param model the bytes of an .onnx file, untouched
 * @throws TypeError | RangeError when an option is unknown, or has a wrong type or value
 * @throws PruneError `unmatched-selector`; `unsupported` when a kernel that was picked cannot have an adapter: several
 *   nodes share it, its smaller side is below the rank, it is of no float of at most 32 bits, or its operator reads no matrix; `no-weights`
 *   when none is left; `adapter-mismatch` when saved adapters are of another model; `bad-model`, `external-data` as
 *   `buildTrainingStep`
 *
 * @example
 * ```ts
 * import { addAdapters } from '@synaprune/onnx-train';
 * import { buildModel } from '@synaprune/onnx/graph';
 *
 * const model = buildModel({
 *   inputs: { x: ['batch', 32] },
 *   tensors: { w: { shape: [32, 64], data: new Float32Array(2048).fill(0.1) } },
 *   nodes: [['MatMul', ['x', 'w'], ['y']]],
 *   outputs: ['y'],
 * });
 * const adapted = addAdapters(model, { rank: 4, alpha: 8 });
 * console.log(adapted.training.trainable, adapted.elements); // [ 'w.lora_A', 'w.lora_B' ] 384
 * ```
 *
 * @see Hu et al. 2021, section 4, https://arxiv.org/abs/2106.09685
 */
export function addAdapters(model: Uint8Array, options: AdapterOptions = {}): AdaptedModel {
  const settings = checkAdapterOptions(options);
  const base = openBase('addAdapters', model, options.externalData);
  if (base.source.opset < LEAST_OPSET) {
    throw new PruneError(
      'unsupported',
      `adapters are written in version ${LEAST_OPSET} of the operators, and the model's are of version ${base.source.opset}; export it with a newer one`,
    );
  }
  if (options.adapters === undefined) {
    const { select, rank, alpha, seed, keepZeros } = settings;
    const { kernels, notices } = chooseKernels(base.source, base.bytes, select, rank);
    return adapt(
      base,
      kernels,
      { keepZeros, plan: kernels.map(() => ({ rank, alpha })) },
      notices,
      (shape, inputs, stream) => randomFactor(elementsOf(shape), inputs, seed, stream),
    );
  }
  const file = readAdapterFile('addAdapters', options.adapters);
  const kernels = requireSameBase(base, file);
  const own = new Set(base.source.tensors.keys());
  const whole = [...file.tensors].flatMap(([name, { values }]) =>
    own.has(name) ? [[name, values] as const] : [],
  );
  const bytes = whole.length === 0 ? base.bytes : replaceWeights(base.bytes, new Map(whole));
  return adapt(
    { ...base, bytes },
    kernels,
    { keepZeros: file.keepZeros, plan: file.adapters },
    [],
    file.tensors,
  );
}

type Saved = AdapterFile['tensors'];
type Fresh = (shape: readonly number[], inputs: number, stream: number) => Float32Array;

function adapt(
  { bytes, source }: BaseModel,
  kernels: readonly AdaptedKernel[],
  {
    keepZeros,
    plan,
  }: { readonly keepZeros: boolean; readonly plan: readonly Pick<SavedAdapter, 'rank' | 'alpha'>[] },
  notices: readonly Notice[],
  begin: Saved | Fresh,
): AdaptedModel {
  const adapters: Adapter[] = [];
  const saved: SavedAdapter[] = [];
  const placed = new Map<AdaptedKernel['reader'], PlacedAdapter>();
  const tensors: TensorProto[] = [];
  kernels.forEach((kernel, index) => {
    const { name, shape, frame } = kernel;
    const { rank, alpha } = plan[index]!;
    const scale = Math.fround(alpha / rank);
    const prefix = `${name}.lora_`;
    requireFree(source.names, name, prefix);
    const { left, right } = factorShapes(frame, rank);
    const names = factorNames(name);
    const isLeft = frame.first === 'left';
    const a = { name: names.a, shape: isLeft ? left : right };
    const b = { name: names.b, shape: isLeft ? right : left };
    const inputs = isLeft ? frame.rows : frame.columns;
    const random = typeof begin === 'function';
    const first = random ? begin(a.shape, inputs, index) : begin.get(a.name)!.values;
    const second = random ? new Float32Array(elementsOf(b.shape)) : begin.get(b.name)!.values;
    const values = valuesOf(source, name);
    const zeros = keepZeros ? values.reduce((count, value) => (value === 0 ? count + 1 : count), 0) : 0;
    const beside = zeros === 0 && canRunBeside(kernel);
    const factors = { left: isLeft ? a.name : b.name, right: isLeft ? b.name : a.name, scale, rank };
    // Several inputs of one node may be kernels, such as those of an LSTM.
    const current = placed.get(kernel.reader);
    const reader = current?.reader ?? kernel.reader;
    const next = beside
      ? besideKernel({ ...kernel, reader }, factors, prefix)
      : insideKernel({ ...kernel, reader }, factors, prefix, zeros > 0);
    placed.set(kernel.reader, {
      ...next,
      before: [...(current?.before ?? []), ...next.before],
      after: [...next.after, ...(current?.after ?? [])],
    });
    tensors.push(
      tensorOf(a.name, { type: 'float32', shape: a.shape }, first),
      tensorOf(b.name, { type: 'float32', shape: b.shape }, second),
      ...next.tensors,
    );
    adapters.push({ weight: name, shape, rank, scale, a, b, runs: beside ? 'beside' : 'inside', zeros });
    saved.push({ weight: name, shape, rank, alpha, digest: digestOf(values) });
  });
  const factors = adapters.flatMap(({ a, b }) => [a, b]);
  return {
    training: {
      model: rewritten(bytes, source, placed, tensors),
      trainable: factors.map(({ name }) => name),
      masked: [],
      batchNormalization: 'inference',
    },
    adapters,
    elements: factors.reduce((sum, { shape }) => sum + elementsOf(shape), 0),
    notices,
    save: saverOf({ keepZeros, adapters: saved }, adapters, shapesOf(source)),
  };
}

function requireFree(names: ReadonlySet<string>, weight: string, prefix: string): void {
  const taken = [...names].find((name) => name.startsWith(prefix));
  if (taken === undefined) return;
  throw new PruneError(
    'unsupported',
    `${quote(weight)} has an adapter already: there is ${quote(taken)}; merge that first, or give addAdapters the model without it`,
  );
}

/** The model with other nodes in place of some, and more tensors. */
function rewritten(
  bytes: Uint8Array,
  { nodes }: BaseModel['source'],
  placed: ReadonlyMap<AdaptedKernel['reader'], PlacedAdapter>,
  tensors: readonly TensorProto[],
): Uint8Array {
  const message = viewMessages(bytes);
  const graph = message.graph!;
  graph.node = nodes.flatMap((node) => {
    const change = placed.get(node);
    return change === undefined ? [node] : [...change.before, change.reader, ...change.after];
  });
  graph.initializer = [...graph.initializer, ...tensors];
  // Before version 4 of the format a tensor had to be an input too.
  if (message.irVersion < 4n) message.irVersion = 4n;
  return encodeModel(message);
}

const shapesOf = ({ tensors }: BaseModel['source']): ReadonlyMap<string, readonly number[]> =>
  new Map(Array.from(tensors, ([name, { dims }]) => [name, dims.map(Number)]));

/** What saves adapters. It keeps shapes, and nothing of the model. */
function saverOf(
  about: Omit<AdapterFile, 'tensors'>,
  adapters: readonly Adapter[],
  tensors: ReadonlyMap<string, readonly number[]>,
): AdaptedModel['save'] {
  return (values) => writeAdapterFile({ ...about, tensors: tensorsToSave(values, adapters, tensors) });
}

function tensorsToSave(
  values: ReadonlyMap<string, Float32Array>,
  adapters: readonly Adapter[],
  tensors: ReadonlyMap<string, readonly number[]>,
): AdapterFile['tensors'] {
  if (!(values instanceof Map)) {
    throw new TypeError(
      `save needs values, a Map of names to Float32Array as trainer.read() gives it, got ${describe(values)}`,
    );
  }
  const factors = adapters.flatMap(({ a, b }) => [a, b]);
  const missing = factors.filter(({ name }) => !values.has(name));
  if (missing.length > 0) {
    throw new RangeError(
      `save needs the values of every factor, and ${listNames(missing.map(({ name }) => name))} ${missing.length === 1 ? 'is' : 'are'} missing`,
    );
  }
  const twice = adapters.find(({ weight }) => values.has(weight));
  if (twice !== undefined) {
    throw new RangeError(
      `save was given ${quote(twice.weight)} beside its adapter: a kernel that has one stays as it was, so leave it out of trainable`,
    );
  }
  const shapes = new Map(factors.map(({ name, shape }) => [name, shape]));
  return new Map(
    Array.from(values, ([name, given]) => {
      const shape = shapes.get(name) ?? tensors.get(name);
      if (shape === undefined)
        throw new RangeError(`save was given ${quote(name)}, which is no tensor of the model`);
      if (!(given instanceof Float32Array)) {
        throw new TypeError(`save needs a Float32Array for ${quote(name)}, got ${describe(given)}`);
      }
      if (given.length !== elementsOf(shape)) {
        throw new RangeError(
          `save needs ${elementsOf(shape)} numbers for ${quote(name)}, got ${given.length}`,
        );
      }
      const where = notFinite(name, given);
      if (where !== undefined) {
        throw new RangeError(
          `save needs finite values, and ${where}: the training diverged; a lower learning rate, or clip: { norm: 1 }, would do`,
        );
      }
      return [name, { shape, values: given }] as const;
    }),
  );
}
