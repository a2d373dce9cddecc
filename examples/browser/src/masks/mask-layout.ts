/** Where the elements of a weight are drawn. */
export interface MaskLayout {
  readonly width: number;
  readonly height: number;
  /** What the picture shows, in words. */
  readonly arrangement: string;
  /** Place of an element: `y · width + x`. */
  readonly placeOf: (element: number) => number;
  /** Which unit a pixel belongs to; only where each unit has an image. */
  readonly unitAt?: (x: number, y: number) => number | null;
}

const SIDE = 28;

/**
 * A kernel as a picture, one pixel an element: where a network looks at images, one small image of 28 × 28
 * for each unit, as many beside each other as fit; else as a matrix, its longer side lying.
 */
export function layoutOf([rows = 1, columns = 1]: readonly number[], widthAvailable: number): MaskLayout {
  if (rows === SIDE * SIDE) {
    const across = [32, 16, 8, 4].find((tiles) => tiles * (SIDE + 1) - 1 <= widthAvailable) ?? 4;
    const width = across * (SIDE + 1) - 1;
    return {
      width,
      height: Math.ceil(columns / across) * (SIDE + 1) - 1,
      arrangement: `one image of ${SIDE} × ${SIDE} pixels for each of the ${columns} units`,
      placeOf(element) {
        const [pixel, unit] = [Math.floor(element / columns), element % columns];
        const x = (unit % across) * (SIDE + 1) + (pixel % SIDE);
        const y = Math.floor(unit / across) * (SIDE + 1) + Math.floor(pixel / SIDE);
        return y * width + x;
      },
      unitAt(x, y) {
        const [column, row] = [Math.floor(x / (SIDE + 1)), Math.floor(y / (SIDE + 1))];
        const unit = row * across + column;
        return column < 0 || column >= across || row < 0 || unit >= columns ? null : unit;
      },
    };
  }
  if (rows > columns) {
    return {
      width: rows,
      height: columns,
      arrangement: `${columns} rows of outputs, ${rows} columns of inputs`,
      placeOf: (element) => (element % columns) * rows + Math.floor(element / columns),
    };
  }
  return {
    width: columns,
    height: rows,
    arrangement: `${rows} rows of inputs, ${columns} columns of outputs`,
    placeOf: (element) => element,
  };
}

/** Whether an element of a packed mask is kept: bit `i % 8` of byte `i >> 3` is 1. */
export function isKept(bits: Uint8Array, element: number): boolean {
  return ((bits[element >> 3]! >> (element & 7)) & 1) === 1;
}
