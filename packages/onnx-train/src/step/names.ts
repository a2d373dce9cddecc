import type { TensorProto } from '@synaprune/onnx';
import type { SourceModel } from '@synaprune/onnx/graph';

/** A prefix that no name of the model starts with. */
export function freePrefix(names: ReadonlySet<string>): string {
  const taken = new Set([...names].map((name) => name.slice(0, name.indexOf('/') + 1)));
  for (let count = 0; ; count++) {
    const prefix = count === 0 ? 'synaprune/' : `synaprune-${count}/`;
    if (!taken.has(prefix)) return prefix;
  }
}

/** The names of tensors, by what they are: two names of one tensor message are the first. */
export function namesOfTensors({ tensors }: SourceModel): Map<TensorProto | undefined, string> {
  return new Map([...tensors].reverse().map(([name, tensor]) => [tensor, name]));
}
