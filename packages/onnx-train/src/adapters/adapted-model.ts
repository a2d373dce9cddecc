import type { Notice } from '@synaprune/core';

/** An adapter of one kernel: what it adds is `scale` times the product of two factors of a small rank. */
export interface Adapter {
  /** The kernel, by its name in the model. */
  readonly weight: string;
  readonly shape: readonly number[];
  readonly rank: number;
  /** `alpha / rank`. */
  readonly scale: number;
  /** The factor that the layer's input meets first. Random at the start. */
  readonly a: AdapterFactor;
  /** The other one. Zeros at the start, so that the model gives what it gave. */
  readonly b: AdapterFactor;
  /**
   * `beside`: two small products run beside the layer, which reads the kernel as it is. `inside`: the layer reads the
   * kernel with what the adapter adds where it is not zero, which keeps a pruned kernel pruned.
   */
  readonly runs: 'beside' | 'inside';
  /** Elements of the kernel that are zero and stay it. */
  readonly zeros: number;
}

/** A factor of an adapter, an ordinary tensor of the adapted model. */
export interface AdapterFactor {
  readonly name: string;
  readonly shape: readonly number[];
}

/** A model with adapters in it. */
export interface AdaptedModel {
  /**
   * For `createTrainer` or `buildTrainingStep`, beside a loss and an optimizer: the model with adapters, an ordinary .onnx
   * that any runtime runs; the names of all factors, since everything else is frozen; no masks, since factors are not to be
   * pruned; batch normalisation by its running statistics, since they are frozen too; and `branches` as they were told.
   */
  readonly training: {
    readonly model: Uint8Array;
    readonly trainable: readonly string[];
    readonly masked: readonly string[];
    readonly batchNormalization: 'inference';
    readonly branches?: Readonly<Record<string, 'then' | 'else'>>;
  };
  readonly adapters: readonly Adapter[];
  /** How many numbers the factors have, together. */
  readonly elements: number;
  readonly notices: readonly Notice[];
  /**
   * The adapters alone, in a small file of their own: an .onnx that holds the factors, and what they belong to. What else was
   * trained, such as a head or a bias, goes in whole.
   *
   * @param values every factor by its name in the adapted model, and whatever else is to be kept; `trainer.read()` gives it
   * @throws TypeError when `values` is no Map of `Float32Array`s
   * @throws RangeError when a factor is missing, a name is no tensor of the model, or a value has another length, or is NaN
   *   or infinite somewhere
   */
  save(values: ReadonlyMap<string, Float32Array>): Uint8Array;
}
