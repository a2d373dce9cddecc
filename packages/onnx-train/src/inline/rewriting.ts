import type { Notice } from '@synaprune/core';
import type { NodeProto } from '@synaprune/onnx';
import type { Branches } from './control-flow.js';
import type { NodeCopier, rename } from './copy-nodes.js';
import type { Probe } from './probe.js';

/** Values, and the nodes that give them. */
export interface Parts {
  readonly nodes: readonly NodeProto[];
  readonly names: readonly string[];
}

/** What the ways of writing nodes out share. */
export interface Rewriting {
  readonly opset: number;
  readonly probe: Probe;
  readonly branches: Branches;
  readonly copier: NodeCopier;
  readonly decisive: Set<string>;
  readonly notices: Notice[];
  readonly rename: typeof rename;
  /** Makes nodes known to the probe. */
  learn(nodes: readonly NodeProto[]): void;
  /** The name of a known bool, and of an int64 number. */
  bool(value: boolean): string;
  integer(value: number): string;
  /** A value cut along an axis into parts of the given sizes. */
  cut(name: string, axis: number, sizes: readonly number[], prefix: string): Parts;
  /** A value cut along an axis into parts of one, without that axis. */
  parts(name: string, axis: number, length: number, prefix: string): Parts;
  /** Values put together along an axis that they have. */
  join(names: readonly string[], axis: number, output: string): NodeProto;
  /** Values put together along a new axis. */
  stack(names: readonly string[], axis: number, output: string): readonly NodeProto[];
}
