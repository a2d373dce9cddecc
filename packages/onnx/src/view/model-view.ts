import type { Span } from '../bytes/wire.js';
import type { DataType, TypeFacts } from '../elements/element-type.js';

/*
 * A model as it lies in its bytes: what weights need to be found, and nothing else.
 */

/** A file beside a model that can be looked into. */
export interface GivenFile {
  /** As the caller wrote it. */
  readonly name: string;
  readonly size: number;
  /** Bytes of it, to be looked at only. */
  read(offset: number, bytes: number): Uint8Array;
}

/** Where the elements of a tensor lie in a data file. */
export interface FileRange<File> {
  readonly file: File;
  readonly offset: number;
  readonly bytes: number;
}

/** Where a tensor's elements are. */
export type Storage =
  /** In `raw_data`. */
  | { readonly kind: 'raw'; readonly span: Span }
  /** In a typed field, in one or more fields of the wire, each with one value or, packed, many. */
  | { readonly kind: 'typed'; readonly spans: readonly Span[] }
  /** In another file, and where in it, if the file was given. */
  | {
      readonly kind: 'external';
      readonly entries: ReadonlyMap<string, string>;
      readonly data?: FileRange<GivenFile>;
    }
  /** Nowhere: no elements. */
  | { readonly kind: 'none' };

/** A tensor whose claims were checked: its data has the length that its shape needs. */
export interface TensorView {
  readonly name: string;
  readonly place: string;
  /** Of the message that tells of it. */
  readonly span: Span;
  readonly shape: readonly number[];
  readonly elements: number;
  readonly type: TypeFacts<DataType>;
  readonly storage: Storage;
  /** Set when it was written as a sparse tensor. Then `storage` is that of its non-zeros. */
  readonly nonZeros?: number;
}

/** Finds where a tensor's elements lie, if they lie in a file that can be looked into. */
export interface Reach {
  /** The tensor, with that. @throws PruneError `external-data` */
  locate(tensor: TensorView): TensorView;
}

/** A node of a graph or function. */
export interface NodeView {
  readonly place: string;
  /** Name, or type and number where it has none. */
  readonly label: string;
  readonly op: string;
  /** Empty for ONNX's own. */
  readonly domain: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly integers: ReadonlyMap<string, number>;
  readonly graphs: readonly { readonly attribute: string; readonly graph: GraphView }[];
  /** The tensor of a `Constant`. */
  readonly constant?: TensorView;
}

/** A graph, or the body of a function, which has no initializers. */
export interface GraphView {
  readonly place: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly initializers: readonly TensorView[];
  readonly nodes: readonly NodeView[];
}

/** A function that the model defines. */
export interface FunctionView extends GraphView {
  readonly name: string;
  readonly domain: string;
}

/** A model. */
export interface ModelView {
  readonly graph: GraphView;
  readonly functions: readonly FunctionView[];
}
