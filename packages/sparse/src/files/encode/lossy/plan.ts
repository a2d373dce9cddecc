import type { PieceValues } from '../coded-piece.js';

/** Values in fewer bits than a float32 has. */
export type LossyForm = 'float16' | 'int8' | 'clustered';

/** How the values of one tensor are written in fewer bits. */
export interface LossyPlan {
  /**
   * @param floats a part of the tensor
   * @param start its first element
   */
  round(floats: Float32Array, start: number): Rounded;
}

/** A part of a tensor in fewer bits. */
export interface Rounded {
  readonly piece: PieceValues;
  /** Its elements as they will be read. */
  readonly values: Float32Array;
}

/** The bytes of a list of codes, one a kept element, where those that stand for zero are not kept. */
export function keepCodes(
  elements: number,
  codeOf: (i: number) => number | undefined,
): { readonly positions: Uint32Array; readonly planes: readonly Uint8Array<ArrayBuffer>[] } {
  const positions = new Uint32Array(elements);
  const codes = new Uint8Array(elements);
  let kept = 0;
  for (let i = 0; i < elements; i += 1) {
    const code = codeOf(i);
    if (code === undefined) continue;
    positions[kept] = i;
    codes[kept] = code;
    kept += 1;
  }
  return { positions: positions.slice(0, kept), planes: [codes.slice(0, kept)] };
}
