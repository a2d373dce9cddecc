/** Numbers with their shape, row-major, as a file held them. */
export interface InputArray {
  readonly data:
    | Float32Array
    | Float64Array
    | Int8Array
    | Uint8Array
    | Int16Array
    | Uint16Array
    | Int32Array
    | Uint32Array
    | BigInt64Array
    | BigUint64Array;
  readonly dims: readonly number[];
}
