import { decodeModel } from '@synaprune/onnx';
import { buildModel, type ModelParts, type TensorParts } from '@synaprune/onnx/graph';
import { shrinkOnnx } from '../shrink-onnx.js';
import { createRandom } from './generate/random.js';
import { maskedDense } from './masked-dense.js';
import { type Feeds, feedsFor, relativeError, runModel } from './run-model.js';

/** A tensor of random numbers. */
export function random(shape: readonly number[], seed: number, { scale = 0.5, shift = 0 } = {}): TensorParts {
  const draw = createRandom(seed);
  const data = Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => shift + scale * draw.normal());
  return { shape, data };
}

/** A tensor of integers. */
export function integers(...data: readonly number[]): TensorParts {
  return { type: 'int64', shape: [data.length], data };
}

/** What came of shrinking a model to half of every group. */
export interface Cut {
  /** `w[1] 4→2`, and what kind it is where that is not `channels`. */
  readonly groups: readonly string[];
  /** `w[1]: node "y" (Softmax), axis 1: …` */
  readonly held: readonly string[];
  /** The shapes of all tensors that became smaller, `4×8→4×4`. */
  readonly tensors: Readonly<Record<string, string>>;
  /** How far what it computes is from the masked dense model; infinite where shapes differ. */
  readonly error: number;
  readonly model: Uint8Array;
}

/** A model with tensors of random numbers. */
export interface Parts extends ModelParts {
  readonly tensors?: Readonly<Record<string, TensorParts>>;
  /** The shapes of tensors of random numbers, none like the other. */
  readonly weights?: Readonly<Record<string, readonly number[]>>;
}

/** The bytes of such a model. */
export function modelOf({ weights = {}, tensors, ...parts }: Parts): Uint8Array {
  const made = Object.entries(weights).map(([name, shape], i) => [name, random(shape, i + 1)] as const);
  return buildModel({ ...parts, tensors: { ...Object.fromEntries(made), ...tensors } });
}

/** Shrinks a model, and runs it beside the masked one. Sizes that are left open are 2. */
export async function cut(
  parts: Parts,
  { feeds, ...options }: Partial<Parameters<typeof shrinkOnnx>[1]> & { readonly feeds?: Feeds } = {},
): Promise<Cut> {
  const bytes = modelOf(parts);
  const { model, report } = shrinkOnnx(bytes, { keep: 0.5, ...options });
  const fed = feeds ?? feedsFor(inputsOf(bytes), 3);
  // One at a time: what runs beside another is no faster.
  const wanted = await runModel(maskedDense(bytes, report), fed);
  const got = await runModel(model, fed);
  return {
    groups: report.groups.map(
      ({ name, kind, channels, kept }) =>
        `${name} ${channels}→${kept.length}${kind === 'channels' ? '' : ` ${kind}`}`,
    ),
    held: report.held.map(({ name, heldBy }) => `${name}: ${heldBy}`),
    tensors: Object.fromEntries(
      report.tensors.map(({ name, shape }) => [name, `${shape.before.join('×')}→${shape.after.join('×')}`]),
    ),
    error: Math.max(...Object.entries(wanted).map(([name, value]) => relativeError(got[name]!, value))),
    model,
  };
}

function inputsOf(bytes: Uint8Array) {
  return decodeModel(bytes).graph!.input.map(({ name, type }) => {
    const tensor = type!.value.value as {
      elemType: number;
      shape: { dim: { value: { value?: unknown } }[] };
    };
    const shape = tensor.shape.dim.map(({ value: { value } }) =>
      typeof value === 'bigint' ? Number(value) : 2,
    );
    const names: Readonly<Record<number, string>> = { 1: 'float32', 7: 'int64', 9: 'bool' };
    return { name, type: names[tensor.elemType] as 'float32', shape };
  });
}
