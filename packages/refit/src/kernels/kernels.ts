/** Sums of products of columns, over samples that come in batches. */
export interface Products {
  /**
   * Adds Σₛ left[s, i] · right[s, j] of so many samples, both row-major.
   *
   * @param largest no magnitude of the left, and none of the right, is larger
   * @param right none where the columns of the left are multiplied with themselves
   */
  add(
    samples: number,
    largest: readonly [left: number, right: number],
    left: Float32Array,
    right?: Float32Array,
  ): void;
  /** The sums, row-major, both halves of a symmetric matrix. Nothing may be added afterwards. */
  finish(): Float64Array;
}

/** Solves systems of one symmetric positive matrix, of some of its rows and columns at a time. */
export interface Solver {
  /**
   * Replaces each right side by the solution of A[kept, kept] x = right side.
   *
   * @param kept indices in ascending order
   * @param sides `count` right sides of `kept.length` numbers each
   * @returns whether the matrix is positive definite to working precision; the sides are of no use where it is not
   */
  solve(kept: Int32Array, sides: Float64Array, count: number): boolean;
}

/** Groups of `of` consecutive weights, of which `keep` stay. */
export interface Groups {
  readonly keep: number;
  readonly of: number;
}

/** Removes weights of a row one after the other, each time the one that costs least once the others made up for it. */
export interface Remover {
  /**
   * @param weights one for each row of the inverse; not written to
   * @param steps how many go at most; fewer where groups have no more to give
   * @returns the indices in the order they go, the lowest of equals first, and what each costs: w² / [H⁻¹]ⱼⱼ
   */
  remove(
    weights: Float64Array,
    steps: number,
    groups: Groups | undefined,
  ): { readonly order: Int32Array; readonly losses: Float64Array };
}

/**
 * The loops of linear algebra. Every implementation gives the same up to rounding; this is the seam where a faster one
 * goes in.
 */
export interface RefitKernels {
  /**
   * Sums of products of `left` columns with `right` columns; with themselves where `right` is left out. The sums get
   * `spare` more rows of zeros, and columns where they are symmetric.
   */
  createProducts(left: number, right: number | undefined, spare: number): Products;
  /**
   * Adds each column's numbers to `sums`, which has one for each, and their squares to `squares`: in float64, sample by
   * sample, so that every implementation gives the same bits.
   */
  addColumns(numbers: Float32Array, sums: Float64Array, squares: Float64Array): void;
  /**
   * Of a row-major matrix of `size` rows and what is added to its diagonal; it may keep references of both.
   */
  createSolver(matrix: Float64Array, size: number, added: Float64Array): Solver;
  /** Of the inverse of a symmetric positive matrix of `size` rows, of which it may keep a reference. */
  createRemover(inverse: Float64Array, size: number): Remover;
  /** left [rows, inner] times right [inner, columns], row-major. */
  multiply(
    rows: number,
    inner: number,
    columns: number,
    left: Float64Array,
    right: Float64Array,
  ): Float64Array;
}
