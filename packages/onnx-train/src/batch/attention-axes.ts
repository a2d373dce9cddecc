import { numberAt } from '@synaprune/onnx/graph';
import type { AxisRule, BatchedNode } from './axis-rule.js';

/** Where the inputs of an operator have their samples. */
interface Places {
  /** The axis of samples, by input; an input of one sample for all is copied for each. */
  readonly samples: Readonly<Record<number, number>>;
  /** Inputs with an axis of samples at these ranks alone. */
  readonly ofRank?: Readonly<Record<number, number>>;
  /** Inputs that are added to scores, broadcast: samples lie along the first of four axes. */
  readonly masks?: readonly number[];
  /** The axis of samples of each output, the last for those that follow. */
  readonly outputs: readonly number[];
}

const places: Readonly<Record<string, Places>> = {
  Attention: { samples: { 0: 0, 1: 0, 2: 0, 4: 0, 5: 0, 6: 0 }, masks: [3], outputs: [0] },
  RotaryEmbedding: { samples: { 0: 0, 1: 0, 2: 0, 3: 0 }, ofRank: { 1: 3, 2: 3, 3: 2 }, outputs: [0] },
  'com.microsoft::Attention': { samples: { 0: 0, 3: 0, 4: 1 }, masks: [5], outputs: [0, 1] },
  'com.microsoft::MultiHeadAttention': {
    samples: { 0: 0, 1: 0, 2: 0, 4: 0, 6: 0, 7: 0 },
    masks: [5],
    outputs: [0],
  },
  'com.microsoft::GroupQueryAttention': {
    samples: { 0: 0, 1: 0, 2: 0, 3: 0, 4: 0, 5: 0, 9: 0 },
    masks: [10],
    outputs: [0],
  },
  'com.microsoft::RotaryEmbedding': { samples: { 0: 0, 1: 0 }, ofRank: { 1: 2 }, outputs: [0] },
};

/** The axis along which an input of attention has a sample for each; −1 where it is the same for all. */
export function sampleAxis(key: string, input: number, rank: number): number {
  if (!Object.hasOwn(places, key)) return -1;
  const { samples, ofRank } = places[key]!;
  return (ofRank?.[input] ?? rank) === rank ? (samples[input] ?? -1) : -1;
}

const attention =
  (key: string): AxisRule =>
  ({ axes, shapes }: BatchedNode) => {
    const { masks = [], outputs } = places[key]!;
    const fits = axes.every((axis, input) => {
      const shape = shapes[input];
      if (axis === undefined || shape === undefined) return true;
      // Of three axes or fewer, the first is of heads or queries.
      if (masks.includes(input)) return shape.length < 4 ? axis < 0 : axis <= 0 && shape[0] === 1;
      const wanted = sampleAxis(key, input, shape.length);
      return axis === wanted && (axis < 0 || shape[axis] === 1);
    });
    return fits ? outputs : undefined;
  };

/** A sum that is normalised over its last axis: inputs alike, or one of them the same for all. */
const skipNormalization: AxisRule = ({ axes, shapes }) => {
  const [x, skip] = axes as [number, number];
  const [a, b] = shapes as [readonly number[], readonly number[]];
  const own = x >= 0 ? x : skip;
  const rank = Math.max(a.length, b.length);
  const others = axes.slice(2).every((axis) => axis === undefined || axis < 0);
  const lined = (axis: number, shape: readonly number[]) =>
    axis < 0 ? (shape[own - rank + shape.length] ?? 1) === 1 : axis === own && shape.length === rank;
  return others && own >= 0 && own < rank - 1 && lined(x, a) && lined(skip, b) ? [own] : undefined;
};

/** `MatMul` with its last axes exchanged, along which no samples may lie then. */
const fusedMatMul =
  (matMul: AxisRule): AxisRule =>
  (node) => {
    const isTurned = ['transA', 'transB'].map((name) => numberAt(node.attributes, name, 0) !== 0);
    const isOuter = node.axes.map((axis, at) => axis === undefined || axis < node.shapes[at]!.length - 2);
    const moved = ['transBatchA', 'transBatchB'].some((name) => numberAt(node.attributes, name, 0) !== 0);
    return moved || isTurned.some((turned, at) => turned && !isOuter[at]) ? undefined : matMul(node);
  };

/** Rules of attention, and of what ONNX Runtime's optimisers write in place of standard operators. */
export function attentionRules(rules: {
  readonly matMul: AxisRule;
  readonly broadcast: AxisRule;
  readonly fromAxis: AxisRule;
}): Readonly<Record<string, AxisRule>> {
  const { matMul, broadcast, fromAxis } = rules;
  return {
    ...Object.fromEntries(Object.keys(places).map((key) => [key, attention(key)])),
    ...Object.fromEntries(
      ['Gelu', 'FastGelu', 'BiasGelu', 'QuickGelu'].map((op) => [`com.microsoft::${op}`, broadcast]),
    ),
    'com.microsoft::FusedMatMul': fusedMatMul(matMul),
    'com.microsoft::SkipLayerNormalization': skipNormalization,
    'com.microsoft::SkipSimplifiedLayerNormalization': skipNormalization,
    'com.microsoft::SimplifiedLayerNormalization': fromAxis,
    SimplifiedLayerNormalization: fromAxis,
  };
}
