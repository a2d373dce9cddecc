/** A tensor of a state: its elements in a typed array of any kind, last axis fastest. */
export interface StateTensor {
  readonly shape: readonly number[];
  readonly data: TypedArray;
}

/** Tensors by their names. */
export type StateDict = Readonly<Record<string, StateTensor>>;

/** Any array of numbers in a buffer. */
export type TypedArray =
  | Int8Array
  | Uint8Array
  | Uint8ClampedArray
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | Float32Array
  | Float64Array
  | BigInt64Array
  | BigUint64Array;

/** What TensorFlow.js says of a weight, as `tf.io.WeightsManifestEntry` has it. */
export interface TfjsWeightSpec {
  name: string;
  shape: number[];
  dtype: 'float32' | 'int32' | 'bool' | 'string' | 'complex64';
  group?: 'model' | 'optimizer';
  quantization?: { dtype: 'uint8' | 'uint16' | 'float16'; scale?: number; min?: number };
}

/** A model as `tf.io` passes it around (`tf.io.ModelArtifacts`). Whatever else it holds that is JSON is kept. */
export interface TfjsArtifacts {
  modelTopology?: object;
  weightSpecs?: TfjsWeightSpec[];
  weightData?: ArrayBuffer | ArrayBuffer[];
}

/** What a model is, by the kind of it. */
export interface Models {
  /** The bytes of an `.onnx` file. */
  readonly onnx: Uint8Array<ArrayBuffer>;
  readonly tfjs: TfjsArtifacts;
  readonly state: StateDict;
}

/** How the head has a tensor of a state: its name, the name of its class and its shape. */
type StoredTensor = readonly [name: string, type: string, shape: readonly number[]];

/** The model whose bytes lie in buffers. Throws whatever it throws when what the head says of it cannot be. */
export function buildModel(head: unknown, buffers: readonly ArrayBuffer[]): Models[keyof Models] {
  const { kind, artifacts, list, tensors } = head as {
    readonly kind: string;
    readonly list: boolean;
    readonly artifacts: object;
    readonly tensors: readonly StoredTensor[];
  };
  const [first] = buffers;
  if (kind !== 'state' && !list && buffers.length > 1) throw buffers;
  if (kind === 'onnx') return new Uint8Array(first!);
  if (kind === 'tfjs') {
    return { ...artifacts, ...((list || first) && { weightData: list ? [...buffers] : first! }) };
  }
  if (kind !== 'state') throw kind;
  const state = Object.fromEntries(
    tensors.map(([name, type, shape], i) => [name, openTensor(type, shape, buffers[i]!)]),
  );
  if (Object.keys(state).length !== buffers.length) throw tensors;
  return state;
}

function openTensor(type: string, shape: readonly number[], buffer: ArrayBuffer): StateTensor {
  // Arrays of numbers are those with a width in their name.
  const Type = /^\w+\d\w*Array$/.test(type) && Reflect.get(globalThis, type);
  const data = new Type(buffer);
  if (shape.reduce((product, edge) => product * edge, 1) !== data.length) throw shape;
  return { shape, data };
}
