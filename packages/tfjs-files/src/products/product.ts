/** A node of a graph model that multiplies what it is fed with a weight. */
export interface TfjsProduct {
  /** Name of the node. */
  readonly node: string;
  /** `dense`: along the last axis. `depthwise`: each channel by itself. */
  readonly kind: 'dense' | 'convolution' | 'depthwise';
  /** The weight, and its shape as it is saved. */
  readonly weight: string;
  readonly shape: readonly number[];
  /** A weight that is added to what comes out, an element for each output. */
  readonly bias?: string;
  /** What the node is fed, as `model.execute` names it: `conv1/Relu`, `split:1`. */
  readonly input: string;
  /** What `input` can be computed from: inputs of the model and of products before. */
  readonly from: readonly string[];
  /** Of a dense product: whether the weight is `[outputs, inputs]`. */
  readonly transposed: boolean;
  /** Along the spatial axes; empty for a dense product. */
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  /** `same`, `valid`, or zeros before and behind each spatial axis, all before first. */
  readonly padding: 'same' | 'valid' | readonly number[];
  readonly channels: 'first' | 'last';
}
