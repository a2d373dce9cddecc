/** What a plain dense loop gives: float32 sums over all inputs in order, from the bias. Weights are `[outputs, inputs]`. */
export function denseProduct(
  weights: Float32Array,
  outputs: number,
  inputs: Float32Array,
  batch: number,
  bias?: Float32Array,
): Float32Array {
  const length = inputs.length / batch;
  return Float32Array.from({ length: batch * outputs }, (_, i) => {
    const [sample, row] = [Math.floor(i / outputs), i % outputs];
    let sum = bias?.[row] ?? 0;
    for (let k = 0; k < length; k += 1) {
      sum = Math.fround(sum + Math.fround(weights[row * length + k]! * inputs[sample * length + k]!));
    }
    return sum;
  });
}

/** The product in float64, and how large the sums of magnitudes are that it may be wrong by. */
export function exactProduct(
  weights: Float32Array,
  outputs: number,
  inputs: Float32Array,
  batch: number,
): { readonly product: Float64Array; readonly magnitudes: Float64Array } {
  const length = inputs.length / batch;
  const [product, magnitudes] = [new Float64Array(batch * outputs), new Float64Array(batch * outputs)];
  for (let i = 0; i < product.length; i += 1) {
    const [sample, row] = [Math.floor(i / outputs), i % outputs];
    for (let k = 0; k < length; k += 1) {
      const term = weights[row * length + k]! * inputs[sample * length + k]!;
      product[i]! += term;
      magnitudes[i]! += Math.abs(term);
    }
  }
  return { product, magnitudes };
}
