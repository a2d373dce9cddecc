import { listNames, quote } from '@synaprune/core/checks';
import type { ModelProto } from '@synaprune/onnx';
import { typeOf, viewMessages } from '@synaprune/onnx/graph';
import type { DeclaredInput } from '../batch/batch.js';

/** An input of a model, as the model declares it. */
export interface ModelInput extends DeclaredInput {
  readonly name: string;
  /** Its shape; `null` is a dimension that the model leaves open, or the shape as a whole. */
  readonly dims: readonly (number | null)[] | null;
  /** What the model calls the dimensions that it leaves open, by axis; `undefined` where it has no name for one. */
  readonly names: readonly (string | undefined)[];
  /** Its element type: `float32`, `int64` … */
  readonly type: string;
}

/**
 * The inputs that a caller of the model feeds, in its order: not those that an initializer fills.
 *
 * @throws PruneError `bad-model`
 *
 * @example
 * ```ts
 * import { buildModel } from '@synaprune/onnx/graph';
 * import { modelInputs } from '@synaprune/onnxruntime';
 *
 * const model = buildModel({
 *   inputs: { x: ['batch', 3] },
 *   tensors: { w: { shape: [3, 2], data: new Float32Array(6) } },
 *   nodes: [['MatMul', ['x', 'w'], ['y']]],
 *   outputs: ['y'],
 * });
 * console.log(modelInputs(model)); // [ { name: 'x', dims: [ null, 3 ], names: [ 'batch', undefined ], type: 'float32' } ]
 * ```
 */
export function modelInputs(model: Uint8Array | ModelProto): ModelInput[] {
  const { graph } = model instanceof Uint8Array ? viewMessages(model) : model;
  const filled = new Set(graph?.initializer.map(({ name }) => name));
  return (graph?.input ?? [])
    .filter(({ name }) => !filled.has(name))
    .map(({ name, type }) => {
      const tensor = type?.value.case === 'tensorType' ? type.value.value : undefined;
      const dims = tensor?.shape?.dim.map(({ value }) => value);
      return {
        name,
        // A negative size, which some exporters write, is an open one.
        dims:
          dims?.map((one) => (one.case === 'dimValue' && one.value >= 0 ? Number(one.value) : null)) ?? null,
        names:
          dims?.map((one) => (one.case === 'dimParam' && one.value !== '' ? one.value : undefined)) ?? [],
        type: (tensor === undefined ? undefined : typeOf(tensor.elemType)) ?? 'unknown',
      };
    });
}

/**
 * What two models do not take alike, in words; undefined where inputs of the one are inputs of the other. A length that
 * either leaves open fits any.
 *
 * @param most whether the other may take a part of the inputs only
 */
export function unlikeInputs(
  one: readonly ModelInput[],
  other: readonly ModelInput[],
  most = false,
): { readonly one: string; readonly other: string } | undefined {
  const found = other.map((input) => ({ input, match: one.find(({ name }) => name === input.name) }));
  const missing = found.some(({ match }) => match === undefined);
  if (missing || (!most && one.length !== other.length)) {
    const [names, others] = [one, other].map(
      (inputs) => listNames(inputs.map(({ name }) => name)) || 'nothing',
    );
    return { one: names!, other: others! };
  }
  const unlike = found.find(({ input, match }) => input.type !== match!.type || !mayFit(input, match!));
  return unlike && { one: told(unlike.match!), other: told(unlike.input) };
}

function mayFit({ dims }: ModelInput, { dims: others }: ModelInput): boolean {
  if (dims === null || others === null) return true;
  return (
    dims.length === others.length &&
    dims.every((size, i) => size === null || others[i] === null || size === others[i])
  );
}

function told({ name, dims, names, type }: ModelInput): string {
  const shape = dims?.map((size, i) => size ?? names[i] ?? '?').join(', ');
  return `${quote(name)} as ${type}${shape === undefined ? '' : ` [${shape}]`}`;
}
