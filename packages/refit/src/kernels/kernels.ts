/** Sums of products of columns, over samples that come in batches. */
export interface Products {
  /** Adds Σₛ left[s, i] · right[s, j] of so many samples, both row-major; the right is the left where it is left out. */
  add(samples: number, left: Float32Array, right?: Float32Array): void;
  /** Writes the sums row-major, `stride` numbers a row; both halves of a symmetric matrix. */
  read(into: Float64Array, stride: number): void;
}

/** Solves systems of one symmetric positive matrix, of some of its rows and columns at a time. */
export interface Solver {
  /**
   * Replaces each right side by the solution of (A[kept, kept] + diag(added[kept])) x = right side.
   *
   * @param kept indices in ascending order
   * @param added what is added to the diagonal, by the index in A
   * @param sides `count` right sides of `kept.length` numbers each
   * @returns whether the matrix is positive definite to working precision; the sides are of no use where it is not
   */
  solve(kept: Int32Array, added: Float64Array, sides: Float64Array, count: number): boolean;
}

/**
 * The loops of linear algebra. Every implementation gives the same up to rounding; this is the seam where a faster one
 * goes in.
 */
export interface RefitKernels {
  /** Sums of products of `left` columns with `right` columns; with themselves where `right` is left out. */
  createProducts(left: number, right?: number): Products;
  /** Of a row-major matrix of `size` rows, of which it may keep a reference. */
  createSolver(matrix: Float64Array, size: number): Solver;
  /** left [rows, inner] times right [inner, columns], row-major. */
  multiply(
    rows: number,
    inner: number,
    columns: number,
    left: Float64Array,
    right: Float64Array,
  ): Float64Array;
}
