/** What goes: single weights become zero, or whole channels are cut out. */
export type Unit = 'weight' | 'channel';

/** What is to become of the model. */
export interface Wish {
  readonly unit: Unit;
  /** The share that stays, above 0, at most 1. */
  readonly keep: number;
  /** Whether layers that bear less keep more, by what was found out about them. */
  readonly byLayer: boolean;
  /** Whether channels stay in whole eights, which kernels are fast on. */
  readonly eights: boolean;
}

/** Lengths that a model leaves open, by the name that stands for them. */
export type Lengths = Readonly<Record<string, number>>;

/** A weight or a group of channels that could go, or a part of it. */
export interface Layer {
  readonly name: string;
  /** Of weights: what they are. Of channels: their kind. */
  readonly kind: string;
  readonly elements: number;
}

/** What a model is. */
export interface Facts {
  readonly name: string;
  readonly format: 'onnx' | 'tfjs';
  /** `ONNX`, `TensorFlow.js graph model` … */
  readonly formatName: string;
  readonly bytes: number;
  readonly tensors: number;
  readonly numbers: number;
  /** Numbers in kernels that can be pruned, and how many of them are zero already. */
  readonly prunable: number;
  readonly zeros: number;
  readonly layers: Readonly<Record<Unit, readonly Layer[]>>;
  /** Why there is nothing of a unit to take away. */
  readonly none: Readonly<Record<Unit, string | null>>;
}

/** An input of a model, and the lengths that it leaves open. */
export interface OpenInput {
  readonly name: string;
  readonly type: string;
  /** A number, or the name of an open length. */
  readonly shape: readonly (number | string)[];
}

/** Bytes, as far as they are known. */
export interface Sizes {
  readonly raw?: number;
  readonly gzip?: number;
  readonly packed?: number;
}

/** What was done. */
export interface Made {
  readonly wish: Wish;
  /** How much of each layer is gone, by name: elements, or channels. */
  readonly gone: Readonly<Record<string, number>>;
  /** The share of what could go that is gone. */
  readonly share: number;
  readonly notices: readonly string[];
}

/** How the smaller model answers. */
export interface Answered {
  readonly agreement: number;
  readonly sameSamples: number;
  readonly samples: number;
}

/** Milliseconds of a run, the two in turn. */
export interface Timed {
  readonly before: number;
  readonly after: number;
  /** `null` where the clock of the page shows nothing of so short a run. */
  readonly speedup: number | null;
  readonly rounds: number;
  /** Whether rounds differed so much that the times say little. */
  readonly scattered: boolean;
}

/** What a model is run on. */
export interface Ground {
  /** `onnxruntime-web 1.30.0 on WebAssembly, one thread`. */
  readonly runtime: string;
  /** What it is fed, in words. */
  readonly samples: string;
  readonly noise: boolean;
  readonly inputs: readonly OpenInput[];
  readonly lengths: Lengths;
}

/** How much a layer bears: agreement of the model where this layer alone has lost so much. */
export interface Curve {
  readonly name: string;
  readonly levels: readonly { readonly sparsity: number; readonly agreement: number }[];
}

/** How far looking into the layers is. */
export interface ScanState {
  readonly unit: Unit;
  readonly done: number;
  readonly total: number;
  readonly state: 'running' | 'done' | 'stopped';
  readonly curves: readonly Curve[];
}

/** All that the page shows. */
export interface DropState {
  readonly facts: Facts | null;
  /** Why what was dropped cannot be taken, in words. */
  readonly complaint: string | null;
  readonly busy: string | null;
  readonly before: Sizes;
  readonly after: Sizes;
  readonly made: Made | null;
  readonly ground: Ground | null;
  /** Why the models do not run here, in words. */
  readonly notRun: string | null;
  readonly answered: Answered | null;
  readonly timed: Timed | null;
  readonly scan: ScanState | null;
  /** Milliseconds from the files to the first full row of figures. */
  readonly firstFigures: number | null;
}

export const EMPTY: DropState = {
  facts: null,
  complaint: null,
  busy: null,
  before: {},
  after: {},
  made: null,
  ground: null,
  notRun: null,
  answered: null,
  timed: null,
  scan: null,
  firstFigures: null,
};
