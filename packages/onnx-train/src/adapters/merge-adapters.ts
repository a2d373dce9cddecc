import { requireOptions } from '@synaprune/core/checks';
import { type ExternalData, replaceWeights } from '@synaprune/onnx';
import { factorNames } from '../weights/factor-names.js';
import { readAdapterFile } from './adapter-file.js';
import { openBase, valuesOf } from './base-model.js';
import { mergedKernel } from './frame.js';
import { requireSameBase } from './same-base.js';

/**
 * The model with saved adapters in its kernels: an ordinary .onnx of the same nodes and the same size, with
 * `w + scale · A · B` where there was `w`. Where `keepZeros` was on, what was zero is +0: what was pruned is pruned. The
 * merged model answers as the adapted one did, but for rounding: each kernel is summed in float64 and rounded once.
 *
 * @param model the very model that `addAdapters` was given; untouched
 * @param adapters what {@link AdaptedModel.save} gave
 * @throws TypeError when either are no bytes
 * @throws RangeError when a merged value is beyond what the kernel's type can hold
 * @throws PruneError `adapter-mismatch` when the adapters are of another model; `bad-model` when they are none or damaged,
 *   or the model is broken; `state-version` when a later release saved them; `external-data` as `buildTrainingStep`
 *
 * @example
 * ```ts
 * import { addAdapters, mergeAdapters } from '@synaprune/onnx-train';
 * import { buildModel } from '@synaprune/onnx/graph';
 *
 * const model = buildModel({
 *   inputs: { x: ['batch', 32] },
 *   tensors: { w: { shape: [32, 64], data: new Float32Array(2048).fill(0.1) } },
 *   nodes: [['MatMul', ['x', 'w'], ['y']]],
 *   outputs: ['y'],
 * });
 * const adapted = addAdapters(model, { rank: 1 });
 * const trained = new Map([['w.lora_A', new Float32Array(32).fill(1)], ['w.lora_B', new Float32Array(64).fill(2)]]);
 * const merged = mergeAdapters(model, adapted.save(trained));
 * console.log(merged.length === model.length); // true
 * ```
 */
export function mergeAdapters(
  model: Uint8Array,
  adapters: Uint8Array,
  options: { readonly externalData?: ExternalData } = {},
): Uint8Array {
  requireOptions('mergeAdapters', '', options, ['externalData']);
  const file = readAdapterFile('mergeAdapters', adapters);
  const base = openBase('mergeAdapters', model, options.externalData);
  const kernels = requireSameBase(base, file);
  const values = new Map<string, Float32Array>();
  const factors = new Set<string>();
  kernels.forEach(({ name, frame }, index) => {
    const { alpha, rank } = file.adapters[index]!;
    const names = factorNames(name);
    const [a, b] = [names.a, names.b].map((each) => file.tensors.get(each)!.values) as [
      Float32Array,
      Float32Array,
    ];
    const [left, right] = frame.first === 'left' ? [a, b] : [b, a];
    factors.add(names.a).add(names.b);
    const scale = Math.fround(alpha / rank);
    const kernel = valuesOf(base, name);
    const merged = mergedKernel(kernel, frame, { left, right, scale }, file.keepZeros);
    const at = merged.findIndex((value, i) => !Number.isFinite(value) && Number.isFinite(kernel[i]!));
    if (at >= 0) {
      throw new RangeError(
        `mergeAdapters: value ${at} of ${JSON.stringify(name)} would be ${merged[at]}: what its adapter adds, alpha / rank of ${scale} times its factors, is beyond float32; train with a smaller alpha, a lower learning rate or clip`,
      );
    }
    values.set(name, merged);
  });
  for (const [name, { values: whole }] of file.tensors) if (!factors.has(name)) values.set(name, whole);
  return replaceWeights(base.given, values);
}
