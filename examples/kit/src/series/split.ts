/** Rows [from, to) of a series. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Three parts of a series, in the order of time. */
export interface Split {
  readonly train: Span;
  readonly validation: Span;
  readonly test: Span;
}

/** Cuts `rows` rows into the first 70 %, the next 15 % and the last 15 %. */
export function splitRows(rows: number): Split {
  const [first, second] = [Math.floor(rows * 0.7), Math.floor(rows * 0.85)];
  return {
    train: { from: 0, to: first },
    validation: { from: first, to: second },
    test: { from: second, to: rows },
  };
}
