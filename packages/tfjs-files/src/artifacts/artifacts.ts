/** How a weight is kept in fewer bits: `code · scale + min`, or float16. */
export interface Quantization {
  readonly dtype: 'uint8' | 'uint16' | 'float16';
  readonly scale?: number;
  readonly min?: number;
}

/** Type of the elements of a weight, as the model sees them. */
export type WeightDtype = 'float32' | 'int32' | 'bool' | 'string' | 'complex64';

/** What a model says of one weight: an entry of `weightSpecs`, and of a group of `weightsManifest`. */
export interface WeightSpec {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: string;
  /** `optimizer` for what training left behind. */
  readonly group?: string;
  readonly quantization?: Quantization;
}

/** Weights that lie in files of their own, the shards, one behind the other. */
export interface ShardGroup {
  readonly paths: readonly string[];
  readonly weights: readonly WeightSpec[];
}

/**
 * A model as `tf.io` passes it around (`tf.io.ModelArtifacts`), as far as this package looks at it. Whatever else it
 * holds is kept as it is.
 */
export interface TfjsArtifacts {
  /** Keras JSON of a layers model, or the JSON of a GraphDef. */
  readonly modelTopology?: object;
  readonly format?: string;
  readonly weightSpecs?: readonly WeightSpec[];
  /** The weights one behind the other, in the order of `weightSpecs`; in several buffers they need not end with one. */
  readonly weightData?: ArrayBuffer | readonly ArrayBuffer[];
}

/** A spec as `tf.io.WeightsManifestEntry` has it. */
export interface TfjsFileSpec extends WeightSpec {
  shape: number[];
  dtype: WeightDtype;
  group?: 'model' | 'optimizer';
}

/**
 * A model with what its `model.json` says of the files that its weights lie in. It may be changed wherever
 * `tf.io.ModelArtifacts` may, so that it is one to TypeScript too: `tf.io.fromMemory(decodeTfjs(json, shards))`.
 */
export interface TfjsFileArtifacts extends TfjsArtifacts {
  weightSpecs?: TfjsFileSpec[];
  /** One a shard. */
  weightData?: ArrayBuffer[];
  readonly weightsManifest?: readonly ShardGroup[];
}
