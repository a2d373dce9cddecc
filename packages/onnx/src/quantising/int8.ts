/** Codes go from −127 to 127, so that zero is the code 0 and signs are alike. */
export const LEVELS = 127;

/** How a tensor's elements share scales: one an entry of an axis, or one for all. */
export interface ScaleLayout {
  readonly shape: readonly number[];
  readonly axis: number | undefined;
}

/** A tensor of 8-bit codes and what one step of a code stands for. */
export interface Int8Tensor {
  readonly codes: Int8Array;
  /** One an entry of the axis, or one. Above 0. */
  readonly scales: Float32Array;
}

/** How many scales there are. */
export function scaleCount({ shape, axis }: ScaleLayout): number {
  return axis === undefined ? 1 : shape[axis]!;
}

/** The smallest scales that the largest elements fit. 1 where all elements are 0. */
export function scalesOf(values: Float32Array, layout: ScaleLayout): Float32Array {
  const scales = new Float32Array(scaleCount(layout));
  forEachRun(values.length, layout, (first, end, scale) => {
    let largest = scales[scale]!;
    for (let i = first; i < end; i += 1) largest = Math.max(largest, Math.abs(values[i]!));
    scales[scale] = largest;
  });
  // A quotient that rounds to nothing would make every element infinite.
  return scales.map((largest) => (largest === 0 ? 1 : Math.fround(largest / LEVELS) || 2 ** -149));
}

/**
 * The nearest codes, ties to even as ONNX rounds. Zeros get the code 0, and nothing else does: what would round there gets
 * the code beside it, so that what was dropped can be told from the codes.
 */
export function codesOf(values: Float32Array, scales: Float32Array, layout: ScaleLayout): Int8Array {
  const codes = new Int8Array(values.length);
  forEachRun(values.length, layout, (first, end, at) => {
    const scale = scales[at]!;
    for (let i = first; i < end; i += 1) {
      const code = Math.max(-LEVELS, Math.min(LEVELS, roundToEven(values[i]! / scale)));
      codes[i] = code === 0 ? Math.sign(values[i]!) : code;
    }
  });
  return codes;
}

/** What codes stand for: what a runtime makes of them, to the bit. */
export function valuesOf({ codes, scales }: Int8Tensor, layout: ScaleLayout): Float32Array {
  const values = new Float32Array(codes.length);
  forEachRun(values.length, layout, (first, end, at) => {
    const scale = scales[at]!;
    for (let i = first; i < end; i += 1) values[i] = codes[i]! * scale;
  });
  return values;
}

/** The runs of elements that have a scale in common, and the number of the scale. */
function forEachRun(
  elements: number,
  { shape, axis }: ScaleLayout,
  visit: (first: number, end: number, scale: number) => void,
): void {
  if (axis === undefined) {
    visit(0, elements, 0);
    return;
  }
  const inner = shape.slice(axis + 1).reduce((product, length) => product * length, 1);
  const edge = shape[axis]!;
  for (let first = 0, scale = 0; first < elements; first += inner, scale = (scale + 1) % edge) {
    visit(first, first + inner, scale);
  }
}

function roundToEven(value: number): number {
  const low = Math.floor(value);
  const rest = value - low;
  return rest > 0.5 || (rest === 0.5 && low % 2 !== 0) ? low + 1 : low;
}
