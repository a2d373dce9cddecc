import { type Notice, PruneError } from '@synaprune/core';
import { elementsOf, listNames, quote } from '@synaprune/core/checks';
import { type SourceModel, typeOf } from '@synaprune/onnx/graph';

const trainable = new Set([undefined, 'float32', 'bool', 'string']);

/** The tensors that would be weights in float32, and their types. */
function otherFloats({ tensors, nodes }: SourceModel): Map<string, string> {
  const read = new Set(nodes.flatMap(({ input }) => input));
  const found = [...tensors].flatMap(([name, tensor]) => {
    const type = typeOf(tensor.dataType);
    if (trainable.has(type) || !type!.includes('float') || !read.has(name)) return [];
    return elementsOf(tensor.dims.map(Number)) > 1 ? ([[name, type!]] as const) : [];
  });
  return new Map(found);
}

/**
 * That weights are no floats of another type: those are read and computed with, and cannot be trained.
 *
 * @param wanted names that the caller wants to train; undefined where nothing at all could be trained
 * @throws PruneError `unsupported-operator` that names them
 */
export function requireFloat32(source: SourceModel, wanted?: readonly unknown[]): void {
  const others = otherFloats(source);
  const names =
    wanted === undefined ? [...others.keys()] : wanted.filter((name) => others.has(name as string));
  if (names.length === 0) return;
  const [first, ...rest] = names as string[];
  const more = rest.length === 0 ? '' : `; so are, or of a like type, ${listNames(rest)}`;
  throw new PruneError(
    'unsupported-operator',
    `tensor ${quote(first!)} is ${others.get(first!)}, and a training step trains float32, float16 and bfloat16 only${more}; convert the model to float32 (in PyTorch model.float() before the export)`,
  );
}

/** That some weights are left as they are, as they are floats of another type; undefined where none are. */
export function otherFloatsNotice(source: SourceModel): Notice | undefined {
  const others = otherFloats(source);
  // Of one axis are scales, anchors and constants of casts, of which nobody expects to be trained.
  const weights = [...others.keys()].filter((name) => source.tensors.get(name)!.dims.length > 1);
  if (weights.length === 0) return undefined;
  return {
    code: 'not-float32',
    message: `${listNames(weights)} ${weights.length === 1 ? 'is' : 'are'} of ${[...new Set(weights.map((name) => others.get(name)!))].join(', ')}, and a training step trains float32, float16 and bfloat16 only, so they stay as they are; convert the model to float32 to train them`,
    weights,
  };
}
