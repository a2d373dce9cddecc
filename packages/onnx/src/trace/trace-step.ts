import type { NodeView } from '../view/model-view.js';
import type { Scope } from '../view/scopes.js';

/** What has become of a tensor on its way to an input, from least to most. */
export type Passage =
  /** Its elements, moved or in another type. */
  | 'itself'
  /** Changed so that zeros stay zeros: multiplied by constants, through `Tanh`. */
  | 'scaled'
  /** Changed so that zeros do not: a constant was added. */
  | 'shifted'
  /** Beside values that the model computes. */
  | 'joined'
  /** Only what changes another tensor: a scale, a mask, a norm. */
  | 'helper';

const PASSAGES: readonly Passage[] = ['itself', 'scaled', 'shifted', 'joined', 'helper'];

/** A name as a node reads it. */
export interface Reference {
  readonly scope: Scope;
  readonly name: string;
}

/** What turns integers into numbers on the way, `(value − zero point) · scale`. */
export type Dequantisation =
  | { readonly node: NodeView; readonly scope: Scope; readonly moved: boolean }
  /** The same written out: `Cast`, `Sub` and `Mul`. */
  | { readonly zeroPoint?: Reference; readonly scale?: Reference; readonly moved: boolean };

/** A name on the way back, and what has become of its value between there and the input. */
export interface Step extends Reference {
  readonly moved: boolean;
  readonly passage: Passage;
  /** The passage of an integer, to which scale and zero point are no changes. */
  readonly quantised: Passage;
  readonly dequantize?: Dequantisation;
}

/** What is left of a tensor behind a change. */
export function worsened(step: Step, passage: Passage): Pick<Step, 'passage' | 'quantised'> {
  return { passage: worse(step.passage, passage), quantised: worse(step.quantised, passage) };
}

/** The one of two after which less is left of a tensor. */
export function worse(a: Passage, b: Passage): Passage {
  return PASSAGES[Math.max(PASSAGES.indexOf(a), PASSAGES.indexOf(b))]!;
}
