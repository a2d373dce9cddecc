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
import { type BaseModel, openBase, valuesOf } from './base-model.js';
import { type AdaptedKernel, chooseKernels } from './find-kernels.js';
import { factorShapes } from './frame.js';
import { type AdapterOptions, checkAdapterOptions } from './options.js';
import { besideKernel, canRunBeside, insideKernel, type PlacedAdapter } from './place-adapter.js';
import { randomFactor } from './random-factor.js';
import { nodesWith } from './readers.js';
import { requireSameBase } from './same-base.js';

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
 * @throws PruneError `unmatched-selector`, of `branches` too; `unsupported` when a kernel that was picked cannot have an
 *   adapter: several nodes share it, it lies in a branch of an `If` that `branches` does not name, its smaller side is below
 *   the rank, it is of no float of at most 32 bits, or its operator reads no matrix; `no-weights` when none is left;
 *   `adapter-mismatch` when saved adapters are of another model; `bad-model`, `external-data`, `unsupported-operator` as
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
  const base = openBase('addAdapters', model, options.externalData, settings.branches);
  if (base.source.opset < LEAST_OPSET) {
    throw new PruneError(
      'unsupported',
      `adapters are written in version ${LEAST_OPSET} of the operators, and the model's are of version ${base.source.opset}; export it with a newer one`,
    );
  }
  if (options.adapters === undefined) {
    const { select, rank, alpha, seed, keepZeros, branches } = settings;
    const { kernels, notices } = chooseKernels(base, base.branchesOf(branches), select, rank);
    return adapt(
      base,
      kernels,
      { keepZeros, branches, plan: kernels.map(() => ({ rank, alpha })) },
      notices,
      (shape, inputs, stream) => randomFactor(elementsOf(shape), inputs, seed, stream),
    );
  }
  const file = readAdapterFile('addAdapters', options.adapters);
  const kernels = requireSameBase(base, file);
  const whole = Array.from(base.source.tensors.keys()).flatMap((tensor) => {
    const trained = file.tensors.get(base.nameOf(tensor));
    return trained === undefined ? [] : [[tensor, trained.values] as const];
  });
  const bytes = whole.length === 0 ? base.bytes : replaceWeights(base.bytes, new Map(whole));
  return adapt(
    { ...base, bytes },
    kernels,
    { keepZeros: file.keepZeros, branches: file.branches, plan: file.adapters },
    [],
    file.tensors,
  );
}

type Saved = AdapterFile['tensors'];
type Fresh = (shape: readonly number[], inputs: number, stream: number) => Float32Array;

interface Plan extends Pick<AdapterFile, 'keepZeros' | 'branches'> {
  /** Of each kernel. */
  readonly plan: readonly Pick<SavedAdapter, 'rank' | 'alpha'>[];
}

function adapt(
  base: BaseModel,
  kernels: readonly AdaptedKernel[],
  { keepZeros, branches, plan }: Plan,
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
    requireFree(base.source.names, name, prefix);
    const { left, right } = factorShapes(frame, rank);
    const names = factorNames(name);
    const isLeft = frame.first === 'left';
    const a = { name: names.a, shape: isLeft ? left : right };
    const b = { name: names.b, shape: isLeft ? right : left };
    const inputs = isLeft ? frame.rows : frame.columns;
    const random = typeof begin === 'function';
    const first = random ? begin(a.shape, inputs, index) : begin.get(a.name)!.values;
    const second = random ? new Float32Array(elementsOf(b.shape)) : begin.get(b.name)!.values;
    const values = valuesOf(base, name);
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
      model: rewritten(base, placed, tensors),
      trainable: factors.map(({ name }) => name),
      masked: [],
      batchNormalization: 'inference',
      ...(Object.keys(branches).length === 0 ? {} : { branches: base.branchesOf(branches) }),
    },
    adapters,
    elements: factors.reduce((sum, { shape }) => sum + elementsOf(shape), 0),
    notices,
    save: saverOf({ keepZeros, branches, adapters: saved }, adapters, shapesOf(base)),
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
  { bytes, source }: BaseModel,
  placed: ReadonlyMap<AdaptedKernel['reader'], PlacedAdapter>,
  tensors: readonly TensorProto[],
): Uint8Array {
  const message = viewMessages(bytes);
  const graph = message.graph!;
  graph.node = nodesWith(source.nodes, (node) => placed.get(node));
  graph.initializer = [...graph.initializer, ...tensors];
  // Before version 4 of the format a tensor had to be an input too.
  if (message.irVersion < 4n) message.irVersion = 4n;
  return encodeModel(message);
}

/** Tensors as they may be saved, by their names in the adapted model. */
const shapesOf = ({ source, nameOf }: BaseModel): Shapes =>
  new Map(
    Array.from(source.tensors, ([name, { dims }]) => [name, { name: nameOf(name), shape: dims.map(Number) }]),
  );

type Shapes = ReadonlyMap<string, { readonly name: string; readonly shape: readonly number[] }>;

/** What saves adapters. It keeps shapes, and nothing of the model. */
function saverOf(
  about: Omit<AdapterFile, 'tensors'>,
  adapters: readonly Adapter[],
  tensors: Shapes,
): AdaptedModel['save'] {
  return (values) => writeAdapterFile({ ...about, tensors: tensorsToSave(values, adapters, tensors) });
}

function tensorsToSave(
  values: ReadonlyMap<string, Float32Array>,
  adapters: readonly Adapter[],
  tensors: Shapes,
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
  const given = new Set(Array.from(values.keys(), (name) => tensors.get(name)?.name ?? name));
  const twice = adapters.find(({ weight }) => given.has(weight));
  if (twice !== undefined) {
    throw new RangeError(
      `save was given ${quote(twice.weight)} beside its adapter: a kernel that has one stays as it was, so leave it out of trainable`,
    );
  }
  const known: Shapes = new Map([...tensors, ...factors.map((factor) => [factor.name, factor] as const)]);
  return new Map(
    Array.from(values, ([name, each]) => {
      const found = known.get(name);
      if (found === undefined)
        throw new RangeError(`save was given ${quote(name)}, which is no tensor of the model`);
      if (!(each instanceof Float32Array)) {
        throw new TypeError(`save needs a Float32Array for ${quote(name)}, got ${describe(each)}`);
      }
      const { shape } = found;
      if (each.length !== elementsOf(shape)) {
        throw new RangeError(
          `save needs ${elementsOf(shape)} numbers for ${quote(name)}, got ${each.length}`,
        );
      }
      const where = notFinite(name, each);
      if (where !== undefined) {
        throw new RangeError(
          `save needs finite values, and ${where}: the training diverged; a lower learning rate, or clip: { norm: 1 }, would do`,
        );
      }
      return [found.name, { shape, values: each }] as const;
    }),
  );
}
