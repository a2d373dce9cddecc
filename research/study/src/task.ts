/** How an experiment is set up: as the published program does it, or as a careful reviewer would ask. */
export type Protocol = 'honest' | 'published';

/** Where a series came from, and which it is to the bit. */
export interface SeriesIdentity {
  /** What the user asked for: a built-in name, or the path of a CSV file. */
  readonly source: string;
  /** The column that is forecast. */
  readonly target: string;
  /** Name for people, for headings and tables. */
  readonly name: string;
  /** Unit of the target; empty when unknown. */
  readonly unit: string;
  /** What one row is, for "the next day". */
  readonly step: string;
  readonly provenance: string;
  readonly licence: string;
  /** SHA-256 of names and values of all used columns and of the dates, in hexadecimal. */
  readonly sha256: string;
}

/** Input windows of one part of a series, in the order of time, and what is to be forecast from each. */
export interface Part {
  readonly count: number;
  /** [count, length, features], row-major; channels first among the features. */
  readonly inputs: Float32Array;
  /** What a model with one output is trained on: `(truth − offset) / outputScale`. [count] */
  readonly targets: Float32Array;
  /** All channels one row on, on the scale of the inputs: for models that forecast every channel. [count, channels] */
  readonly nextRow: Float32Array;
  /** The value to forecast, original units. [count] */
  readonly truth: Float64Array;
  /** The last value seen, original units: what persistence forecasts. [count] */
  readonly persistence: Float64Array;
  /** What an output of 0 stands for, original units. [count] */
  readonly offset: Float64Array;
  /** What the target's channel counts from, original units: 0 where it is a level. [count] */
  readonly channelOffset: Float64Array;
}

/** One series under one protocol with one input length, ready to train on. */
export interface Task {
  readonly protocol: Protocol;
  readonly series: SeriesIdentity;
  readonly length: number;
  /** Names of the inputs; the first {@link channels} are channels with a next value, the rest is known ahead. */
  readonly features: readonly string[];
  readonly channels: number;
  /** Original units that one unit of a model's output stands for. */
  readonly outputScale: number;
  /**
   * The channel that carries the target: `original = channelOffset + centre + size · value`. Index −1 under the
   * published protocol, whose models do not see the target, unless the task was made for `patchtst`.
   */
  readonly targetChannel: { readonly index: number; readonly centre: number; readonly size: number };
  /** What errors are divided by to compare series: the target's standard deviation as the protocol has it. */
  readonly errorUnit: number;
  readonly train: Part;
  /** Stops training and picks the epoch. Under the published protocol it is the test part itself. */
  readonly validation: Part;
  readonly test: Part;
  /** What was left out or is odd, for people: windows with missing values, constant columns, and the like. */
  readonly remarks: readonly string[];
}
