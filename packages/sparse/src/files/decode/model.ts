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

/** What a model is, by the kind of it. */
export interface Models {
  readonly state: StateDict;
}

/** How the head has a tensor of a state: its name, the name of its class and its shape. */
type StoredTensor = readonly [name: string, type: string, shape: readonly number[]];

/** The model whose bytes lie in buffers. Throws whatever it throws when what the head says of it cannot be. */
export function buildModel(head: unknown, buffers: readonly ArrayBuffer[]): Models[keyof Models] {
  const { kind, tensors } = head as { readonly kind: string; readonly tensors: readonly StoredTensor[] };
  if (kind !== 'state') throw kind;
  const state = Object.fromEntries(
    tensors.map(([name, type, shape], i) => [name, openTensor(type, shape, buffers[i]!)]),
  );
  if (Object.keys(state).length !== buffers.length) throw tensors;
  return state;
}

function openTensor(type: string, shape: readonly number[], buffer: ArrayBuffer): StateTensor {
  const Type = /^((Big)?(I|Ui)nt|Float)\d+(Clamped)?Array$/.test(type) && Reflect.get(globalThis, type);
  const data = new Type(buffer);
  if (shape.reduce((product, edge) => product * edge, 1) !== data.length) throw shape;
  return { shape, data };
}
