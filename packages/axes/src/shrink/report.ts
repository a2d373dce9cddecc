import type { Notice } from '@synaprune/core';

/** Before and after. */
export interface Change {
  readonly before: number;
  readonly after: number;
}

/** The indices that a tensor keeps along one of its axes, ascending. */
export interface KeptAlong {
  readonly axis: number;
  readonly kept: readonly number[];
}

/** A tensor of the file that became smaller. */
export interface ShrunkTensor {
  readonly name: string;
  /** Where it is: `graph`, or the graph of a branch. */
  readonly place: string;
  readonly shape: { readonly before: readonly number[]; readonly after: readonly number[] };
  /** Only the axes that lost something. */
  readonly axes: readonly KeptAlong[];
}

/** One tensor of a group, along one axis. */
export interface GroupMember {
  readonly tensor: string;
  readonly axis: number;
  /** What the tensor does there: it makes the channels, reads them, or only goes along (biases, scales, statistics). */
  readonly side: 'makes' | 'reads' | 'along';
}

/** Channels that stand side by side, and all that goes with each. */
export interface ShrunkGroup {
  /** The first tensor that makes the channels, and the axis: `conv1.weight[0]`. */
  readonly name: string;
  readonly kind: 'channels' | 'units' | 'heads';
  /** How many there were. */
  readonly channels: number;
  /** Those that stay, ascending. */
  readonly kept: readonly number[];
  /** Of every channel before, by what ranked them. */
  readonly importance: readonly number[];
  readonly members: readonly GroupMember[];
}

/** Channels that have to stay. */
export interface HeldGroup {
  readonly name: string;
  readonly channels: number;
  /** What holds them: `the output "logits", axis 1`, `node "softmax" (Softmax), axis 2: …`. */
  readonly heldBy: string;
}

/** What shrinking did to a model. */
export interface ShrinkReport {
  /** Elements of floating-point or quantised tensors that nodes compute with. */
  readonly parameters: Change;
  /** Of one run; where the model leaves sizes open, of a run with those of `dimensions`, 1 unless given. */
  readonly multiplyAdds: Change;
  readonly bytes: Change;
  readonly groups: readonly ShrunkGroup[];
  readonly held: readonly HeldGroup[];
  readonly tensors: readonly ShrunkTensor[];
  readonly notices: readonly Notice[];
}
