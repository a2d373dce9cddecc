/** A weighted sum of inputs and a constant. */
export interface LinearFit {
  /** One an input, the constant last. */
  readonly weights: Float64Array;
  /** What it gives for one row of inputs. */
  forecast(row: ArrayLike<number>): number;
}

/**
 * Ridge regression: the weights that minimise `Σ (forecast − target)² / n + ridge · Σ weight²`, the constant free of
 * charge. The sums over the rows are made once; each `ridge` > 0 then costs one solution by Cholesky's factors.
 *
 * @param rowOf reads row i of inputs into its second argument, which has `width` places
 * @see A. E. Hoerl, R. W. Kennard, Ridge regression (1970), doi:10.1080/00401706.1970.10488634
 */
export function ridgeRegression(
  targets: ArrayLike<number>,
  width: number,
  rowOf: (index: number, into: Float64Array) => void,
): (ridge: number) => LinearFit {
  const { products, sums, centres, centre } = centredProducts(targets, width, rowOf);
  return (ridge) => {
    const solved = solve(products, sums, ridge);
    const constant = solved.reduce((rest, weight, i) => rest - weight * centres[i]!, centre);
    const weights = Float64Array.of(...solved, constant);
    return {
      weights,
      forecast(row) {
        let sum = constant;
        for (let i = 0; i < width; i += 1) sum += weights[i]! * row[i]!;
        return sum;
      },
    };
  };
}

/** Means over the rows of the products of inputs, and of inputs and target, each less its own mean. */
function centredProducts(
  targets: ArrayLike<number>,
  width: number,
  rowOf: (index: number, into: Float64Array) => void,
) {
  const row = new Float64Array(width);
  const centres = new Float64Array(width);
  let centre = 0;
  const count = targets.length;
  for (let at = 0; at < count; at += 1) {
    rowOf(at, row);
    for (let i = 0; i < width; i += 1) centres[i]! += row[i]! / count;
    centre += targets[at]! / count;
  }
  const products = Array.from({ length: width }, () => new Float64Array(width));
  const sums = new Float64Array(width);
  for (let at = 0; at < count; at += 1) {
    rowOf(at, row);
    for (let i = 0; i < width; i += 1) row[i]! -= centres[i]!;
    const target = (targets[at]! - centre) / count;
    for (let i = 0; i < width; i += 1) {
      const [value, into] = [row[i]! / count, products[i]!];
      sums[i]! += row[i]! * target;
      for (let j = 0; j <= i; j += 1) into[j]! += value * row[j]!;
    }
  }
  return { products, sums, centres, centre };
}

/** Solves `(products + ridge · 1) w = sums`; of the products the lower half is read. */
function solve(products: readonly Float64Array[], sums: Float64Array, ridge: number): Float64Array {
  const size = sums.length;
  const factors = products.map((row) => Float64Array.from(row));
  for (let i = 0; i < size; i += 1) {
    const row = factors[i]!;
    row[i]! += ridge;
    for (let j = 0; j <= i; j += 1) {
      const other = factors[j]!;
      let sum = row[j]!;
      for (let k = 0; k < j; k += 1) sum -= row[k]! * other[k]!;
      // With a ridge above 0 every pivot is; rounding can take the last digits of a small one.
      row[j] = i === j ? Math.sqrt(Math.max(sum, 1e-3 * ridge)) : sum / other[j]!;
    }
  }
  const solution = Float64Array.from(sums);
  for (let i = 0; i < size; i += 1) {
    for (let k = 0; k < i; k += 1) solution[i]! -= factors[i]![k]! * solution[k]!;
    solution[i]! /= factors[i]![i]!;
  }
  for (let i = size - 1; i >= 0; i -= 1) {
    for (let k = i + 1; k < size; k += 1) solution[i]! -= factors[k]![i]! * solution[k]!;
    solution[i]! /= factors[i]![i]!;
  }
  return solution;
}
