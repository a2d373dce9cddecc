import type { TensorProto } from '@synaprune/onnx';
import type { Graph, Value } from '@synaprune/onnx/graph';

/** A tensor that the model's nodes read as a leaf, and what becomes of it. */
export interface MaskedLeaf {
  readonly leaf: Value;
  readonly label: string;
  readonly masked: boolean;
  /** What it holds where it is not trained after all. */
  readonly frozen: TensorProto | undefined;
}

/** How masks come in. */
export interface MaskSettings {
  readonly type: 'float32' | 'bool';
  /** Whether weights come in with +0 for what is dropped: then the model reads them as they are. */
  readonly zeroed: boolean;
  /** Whether what is dropped learns on: the model reads zero in its place, and its gradient reaches it. */
  readonly straightThrough: boolean;
}

/** The settings, defaults filled in. */
export function maskSettings({
  type = 'float32',
  zeroed = false,
  straightThrough = false,
}: Partial<MaskSettings> = {}): MaskSettings {
  return { type, zeroed, straightThrough };
}

/** Masks in a step graph. */
export interface Masks {
  /** The input that takes a weight's mask. */
  inputOf(leaf: Value): Value | undefined;
  /** The weight that an update is of: dropped elements are +0, by a choice or the caller's promise, unless they learn on. */
  updated(leaf: Value): Value;
  /**
   * `mask ? value : +0`, a choice and no product: −0 and NaN · 0 cannot come through. The value as it is where dropped
   * elements learn on.
   */
  clean(leaf: Value, value: Value): Value;
  /** A value of the model, where it is itself a leaf. */
  replaced(value: Value): Value;
}

/** Makes every node so far read masked weights instead of the weights themselves. */
export function maskWeights(
  graph: Graph,
  leaves: readonly MaskedLeaf[],
  { type, zeroed, straightThrough }: MaskSettings,
): Masks {
  const before = graph.nodes.splice(0);
  const masks = new Map<Value, { readonly input: Value; readonly keeps: Value }>();
  const instead = new Map<Value | undefined, Value>();
  const zero = graph.scalar(0);
  const choose = (leaf: Value, value: Value): Value => {
    const mask = masks.get(leaf);
    return mask ? graph.add('Where', [mask.keeps, value, zero]) : value;
  };
  for (const { leaf, label, masked, frozen } of leaves) {
    if (frozen !== undefined) instead.set(leaf, graph.constantTensor('frozen', frozen));
    if (!masked || frozen !== undefined) continue;
    const input = graph.source(`mask/${label}`, { type, shape: leaf.shape });
    masks.set(leaf, { input, keeps: type === 'bool' ? input : graph.add('Greater', [input, zero]) });
    if (!zeroed) instead.set(leaf, choose(leaf, leaf));
  }
  // What follows comes after the choices that it reads.
  for (const node of before) {
    const changes = node.inputs.some((input) => instead.has(input));
    graph.nodes.push(
      changes ? { ...node, inputs: node.inputs.map((input) => instead.get(input) ?? input) } : node,
    );
  }
  return {
    inputOf: (leaf) => masks.get(leaf)?.input,
    updated: (leaf) => (straightThrough ? leaf : (instead.get(leaf) ?? leaf)),
    clean: straightThrough ? (_, value) => value : choose,
    replaced: (value) => instead.get(value) ?? value,
  };
}
