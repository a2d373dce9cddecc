import { PruneError } from '@synaprune/core';
import type { Env, InferenceSession, Tensor, TensorConstructor } from 'onnxruntime-common';

/**
 * What this package needs of a runtime: the namespace of `onnxruntime-node`, `onnxruntime-web` or
 * `onnxruntime-web/webgpu`, whole, as `import * as ort` gives it.
 */
export interface OnnxRuntime {
  readonly InferenceSession: {
    create(model: Uint8Array, options?: InferenceSession.SessionOptions): Promise<InferenceSession>;
  };
  readonly Tensor: TensorConstructor & {
    fromGpuBuffer(
      buffer: Tensor.GpuBufferType,
      options: { readonly dataType: 'float32'; readonly dims: readonly number[]; dispose?(): void },
    ): Tensor;
  };
  readonly env: Env;
}

/** A list of execution providers, as session options take it. */
export type ExecutionProviders = readonly InferenceSession.ExecutionProviderConfig[];

/** @throws TypeError naming the first function that is missing */
export function requireRuntime(ort: unknown, caller = 'createTrainer'): OnnxRuntime {
  const got = (ort ?? {}) as Partial<OnnxRuntime>;
  const missing =
    typeof got.InferenceSession?.create !== 'function'
      ? 'InferenceSession.create'
      : typeof got.Tensor !== 'function'
        ? 'Tensor'
        : undefined;
  if (missing === undefined) return got as OnnxRuntime;
  throw new TypeError(
    `${caller} needs ort to be a namespace of ONNX Runtime, such as \`import * as ort from ` +
      `'onnxruntime-web'\`; what it got has no ${missing}`,
  );
}

/** Whether this is onnxruntime-node, whose tensors always live in main memory. */
export function isNative({ env }: OnnxRuntime): boolean {
  return env?.versions?.node !== undefined;
}

/** What to run on when nothing was said: the provider that every build of a runtime has. */
export function defaultProviders(ort: OnnxRuntime): ExecutionProviders {
  return [isNative(ort) ? 'cpu' : 'wasm'];
}

/** The name of a provider, however it is configured. */
export function providerName(provider: InferenceSession.ExecutionProviderConfig | undefined): string {
  return typeof provider === 'string' ? provider : (provider?.name ?? 'cpu');
}

/**
 * Loads a model.
 *
 * @throws PruneError `unsupported` when the runtime refuses it, with the runtime's reason
 */
export async function loadSession(
  ort: OnnxRuntime,
  what: string,
  model: Uint8Array,
  options: InferenceSession.SessionOptions,
): Promise<InferenceSession> {
  try {
    return await ort.InferenceSession.create(model, options);
  } catch (cause) {
    const providers = (options.executionProviders ?? []).map(providerName).join(', ');
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new PruneError('unsupported', `ONNX Runtime on ${providers} cannot load ${what}: ${reason}`, {
      cause,
    });
  }
}
