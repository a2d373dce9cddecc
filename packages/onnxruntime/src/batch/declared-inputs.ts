import { decodeModel, type ModelProto } from '@synaprune/onnx';
import type { DeclaredInput } from './batch.js';

/** The inputs of a model that a caller feeds: not those that an initializer fills. */
export function declaredInputs(model: Uint8Array | ModelProto): DeclaredInput[] {
  const { graph } = model instanceof Uint8Array ? decodeModel(model) : model;
  const filled = new Set(graph?.initializer.map(({ name }) => name));
  return (graph?.input ?? [])
    .filter(({ name }) => !filled.has(name))
    .map(({ name, type }) => {
      const value = type?.value;
      const dims = value?.case === 'tensorType' ? value.value.shape?.dim : [];
      return {
        name,
        dims: dims?.map((dim) => (dim.value.case === 'dimValue' ? Number(dim.value.value) : null)) ?? null,
      };
    });
}
